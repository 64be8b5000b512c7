/*
 * mutate SECONDS SEED FOLDER OBJECT...
 *
 * Changes the programs of the objects at random (an instruction, a helper, a kfunc, the program's type, a map's), has the
 * kernel's verifier refuse them, and writes a log of each refusal that FOLDER doesn't have yet, named by its messages
 * without their numbers. Nothing is attached or run. libbpf may fall over what it is given, so each few hundred programs
 * have a process of their own.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <ctype.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LOG_SIZE (1 << 20)
#define LONGEST_LOG 60000
#define LARGEST_OBJECT (1 << 22)
#define ROUNDS 300
#define SPARE 16
#define HELPERS 215

static const int numbers[] = { 0, 1, -1, 2, 4, 8, 16, 32, 64, 255, 512, -512, -8, -16, 4096, 0x7fffffff, -0x7fffffff - 1, 65535, 100000 };
static const unsigned char codes[] = { 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xe5, 0x0d, 0x06, 0x91, 0x89, 0x81, 0xdc, 0xd4, 0xd7, 0x95, 0x9d, 0x05 };
static const int atomics[] = { 0, 1, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1, 0x100, 0x110, 0x7f };
static const int attach_types[] = { BPF_TRACE_RAW_TP, BPF_TRACE_FENTRY, BPF_TRACE_FEXIT, BPF_MODIFY_RETURN, BPF_LSM_MAC, BPF_TRACE_ITER, BPF_LSM_CGROUP };
static const char *const lsm_hooks[] = { "file_open", "bpf", "task_free", "inode_free_security", "socket_bind", "sk_alloc_security", "task_alloc", "vm_enough_memory", "getprocattr", "xfrm_decode_session" };
static const char *const functions[] = { "schedule", "bpf_fentry_test1", "bpf_fentry_test7", "vfs_read", "bpf_modify_return_test", "security_bpf", "__x64_sys_getpid", "do_exit", "migrate_disable", "__rcu_read_lock", "tcp_v4_connect", "make_task_dead", "_printk", "nonexistent" };

static unsigned long long state;
static char log_text[LOG_SIZE], elf[LARGEST_OBJECT];
static struct bpf_insn *pool;
static size_t pool_count;
static int *kfuncs;
static size_t kfunc_count;

static unsigned below(unsigned most)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return most ? (unsigned)(state >> 16) % most : 0;
}

#define ONE_OF(array) ((array)[below(COUNT(array))])

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

static void collect_kfuncs(void)
{
	struct btf *kernel = btf__load_vmlinux_btf();

	for (unsigned id = 1; kernel && id < btf__type_cnt(kernel); id++) {
		const struct btf_type *type = btf__type_by_id(kernel, id);

		if (!btf_is_decl_tag(type) || strcmp(btf__name_by_offset(kernel, type->name_off), "bpf_kfunc"))
			continue;
		kfuncs = realloc(kfuncs, (kfunc_count + 1) * sizeof(*kfuncs));
		kfuncs[kfunc_count++] = type->type;
	}
}

static void collect_instructions(const char *path)
{
	struct bpf_object *object = bpf_object__open(path);
	struct bpf_program *program;

	if (!object)
		return;
	bpf_object__for_each_program(program, object) {
		size_t count = bpf_program__insn_cnt(program);

		pool = realloc(pool, (pool_count + count) * sizeof(*pool));
		memcpy(pool + pool_count, bpf_program__insns(program), count * sizeof(*pool));
		pool_count += count;
	}
	bpf_object__close(object);
}

static int kfunc(void)
{
	return kfunc_count ? kfuncs[below(kfunc_count)] : (int)below(100000);
}

static void call_other_helper(struct bpf_insn *code, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (code[i].code == (BPF_JMP | BPF_CALL) && !code[i].src_reg) {
			code[i].imm = below(HELPERS);
			return;
		}
	}
}

/* Changes one instruction; the code has room for SPARE more. */
static void change_one(struct bpf_insn *code, size_t *count, size_t room)
{
	size_t at = below(*count);
	struct bpf_insn *one = &code[at];

	switch (below(18)) {
	case 0: one->code = below(256); break;
	case 1: one->dst_reg = below(12); break;
	case 2: one->src_reg = below(12); break;
	case 3: one->off = ONE_OF(numbers); break;
	case 4: one->imm = ONE_OF(numbers); break;
	case 5: one->imm += (int)below(9) - 4; break;
	case 6: one->off += (int)below(9) - 4; break;
	case 7: *one = pool[below(pool_count)]; break;
	case 8: *one = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .imm = below(HELPERS) }; break;
	case 9: *one = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_KFUNC_CALL, .imm = kfunc() }; break;
	case 10: *one = (struct bpf_insn){ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = (int)below(20) - 10 }; break;
	case 11: one->code ^= 1 << below(8); break;
	case 12: one->code = ONE_OF(codes); break;
	case 13: call_other_helper(code, *count); break;
	case 14:
		one->code = BPF_STX | BPF_ATOMIC | (below(2) ? BPF_DW : BPF_W);
		one->imm = ONE_OF(atomics);
		break;
	case 15: {
		struct bpf_insn *other = &code[below(*count)], kept = *one;
		*one = *other;
		*other = kept;
		break;
	}
	case 16:
		if (at + 1 == *count)
			break;
		one->code = BPF_LD | BPF_IMM | BPF_DW;
		one->src_reg = below(8);
		if (below(2))
			one->imm = kfunc();
		code[at + 1] = (struct bpf_insn){ .imm = below(3) ? 0 : ONE_OF(numbers) };
		break;
	case 17:
		if (*count == room)
			break;
		memmove(one + 1, one, (*count - at) * sizeof(*one));
		*one = pool[below(pool_count)];
		++*count;
		break;
	}
}

static void change_code(struct bpf_program *program)
{
	size_t count = bpf_program__insn_cnt(program), room = count + SPARE;
	struct bpf_insn *code = calloc(room, sizeof(*code));

	memcpy(code, bpf_program__insns(program), count * sizeof(*code));
	for (unsigned rounds = below(4); rounds > 0; rounds--)
		change_one(code, &count, room);
	bpf_program__set_insns(program, code, count);
	free(code);
}

static void change_target(struct bpf_program *program)
{
	int type = ONE_OF(attach_types);
	int is_lsm = type == BPF_LSM_MAC || type == BPF_LSM_CGROUP;

	bpf_program__set_type(program, is_lsm ? BPF_PROG_TYPE_LSM : BPF_PROG_TYPE_TRACING);
	bpf_program__set_expected_attach_type(program, type);
	bpf_program__set_attach_target(program, 0, is_lsm ? ONE_OF(lsm_hooks) : type == BPF_TRACE_ITER ? "task" : ONE_OF(functions));
}

static void change_program(struct bpf_program *program)
{
	change_code(program);
	if (below(6) == 0)
		bpf_program__set_type(program, 1 + below(33));
	if (below(5) == 0)
		change_target(program);
	if (below(10) == 0)
		bpf_program__set_expected_attach_type(program, below(58));
	if (below(8) == 0)
		bpf_program__set_flags(program, bpf_program__flags(program) | 1u << below(8));
	bpf_program__set_log_buf(program, log_text, LOG_SIZE);
	bpf_program__set_log_level(program, 1);
}

static void change_map(struct bpf_map *map)
{
	if (below(8) == 0)
		bpf_map__set_type(map, 1 + below(33));
	if (below(15) == 0)
		bpf_map__set_map_flags(map, bpf_map__map_flags(map) | 1u << below(20));
	if (below(15) == 0)
		bpf_map__set_value_size(map, 1 + below(64));
	if (below(20) == 0)
		bpf_map__set_key_size(map, 1 + below(16));
}

static int starts(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* Whether a line is of the trace or a figure, not a message. */
static int is_trace(const char *line, size_t length)
{
	size_t digits = 0;

	if (length == 0 || *line == ';' || *line == ' ' || starts(line, "processed ") || starts(line, "from ") || starts(line, "func#") ||
	    starts(line, "mark_precise") || starts(line, "parent ") || starts(line, "Validating") || starts(line, "Live regs"))
		return 1;
	while (digits < length && isdigit(line[digits]))
		digits++;
	return digits > 0 && digits < length && line[digits] == ':';
}

/* FNV-1a of the messages, each number counting as the same; 0 where there is none. */
static unsigned long long signature(const char *text)
{
	unsigned long long hash = 14695981039346656037ULL;
	int any = 0;

	for (const char *line = text, *end; *line; line = end + (*end == '\n')) {
		end = strchrnul(line, '\n');
		if (is_trace(line, end - line))
			continue;
		any = 1;
		for (const char *at = line; at < end; at++) {
			if (isdigit(*at) && at > line && isdigit(at[-1]))
				continue;
			hash = (hash ^ (isdigit(*at) ? '0' : *at)) * 1099511628211ULL;
		}
	}
	return any ? hash : 0;
}

static void keep_log(const char *folder, int error)
{
	unsigned long long hash = signature(log_text);
	char path[4096];
	FILE *file;

	if (!hash || strlen(log_text) > LONGEST_LOG)
		return;
	snprintf(path, sizeof(path), "%s/%016llx.log", folder, hash);
	if (access(path, F_OK) == 0 || !(file = fopen(path, "w")))
		return;
	fprintf(file, "libbpf: prog 'program': BPF program load failed: %s\nlibbpf: prog 'program': -- BEGIN PROG LOAD LOG --\n%s-- END PROG LOAD LOG --\n", strerror(error), log_text);
	fclose(file);
}

static void try_one(const char *path, const char *folder)
{
	FILE *file = fopen(path, "rb");
	size_t size = file ? fread(elf, 1, sizeof(elf), file) : 0;
	struct bpf_object *object;
	struct bpf_program *program;
	struct bpf_map *map;
	int error;

	if (file)
		fclose(file);
	for (size_t i = 0, other_license = below(12) == 0; other_license && i + 4 <= size; i++)
		if (!memcmp(elf + i, "GPL", 4))
			memcpy(elf + i, "BSD", 4);
	object = bpf_object__open_mem(elf, size, NULL);
	if (!object)
		return;
	bpf_object__for_each_map(map, object)
		change_map(map);
	bpf_object__for_each_program(program, object)
		change_program(program);
	log_text[0] = '\0';
	error = bpf_object__load(object);
	if (error && log_text[0])
		keep_log(folder, -error);
	bpf_object__close(object);
}

int main(int argc, char **argv)
{
	if (argc < 5) {
		fprintf(stderr, "usage: mutate SECONDS SEED FOLDER OBJECT...\n");
		return 2;
	}
	const time_t end = time(NULL) + atol(argv[1]);
	const char *folder = argv[3];
	char **objects = argv + 4;
	const unsigned count = argc - 4;

	state = strtoull(argv[2], NULL, 10) ^ 88172645463325252ULL;
	libbpf_set_print(silent);
	collect_kfuncs();
	for (unsigned i = 0; i < count; i++)
		collect_instructions(objects[i]);
	if (pool_count == 0) {
		fprintf(stderr, "mutate: no object could be opened\n");
		return 1;
	}
	while (time(NULL) < end) {
		const unsigned long long high = below(~0u), low = below(~0u);
		const pid_t child = fork();

		if (child > 0) {
			waitpid(child, NULL, 0);
			continue;
		}
		state = (high << 32 | low) ^ 88172645463325252ULL;
		for (int round = 0; round < ROUNDS; round++) {
			alarm(20);
			try_one(objects[below(count)], folder);
		}
		_exit(0);
	}
	return 0;
}
