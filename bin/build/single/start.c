// What the kernel starts: a program of a few pages, without any library, in front of the copy of Node. It maps that
// copy and the loader of the C library as the kernel would and goes on there. So it can say in a sentence what
// otherwise is a "not found" (another C library than GNU's) or a "Bus error" (half a download), before anything of the
// copy is touched.
//
// The build defines what is known of the file and of the copy: WHOLE_SIZE is the size of the file, TAIL its last bytes;
// PARTS are the parts of the copy with their places in the file, and INTERPRETER, ENTRY, HEADERS_AT and HEADERS what
// its ELF headers say.
#include <elf.h>

typedef unsigned long Word;

static const char EXPLAINED_MISSING[] =
    " is missing: this program needs the C library of GNU, glibc 2.28 or newer (Alpine and others have musl: "
    "take the image for containers, or npm's package, there)\n";
static const char EXPLAINED_TRUNCATED[] =
    "this file isn't whole: the download broke off, or a copy failed (SHA256SUMS has the checksum of the whole one)\n";

enum { AT_FDCWD = -100, PROT_READ = 1, PROT_WRITE = 2, PROT_EXEC = 4, SEEK_END = 2 };
enum { MAP_PRIVATE = 2, MAP_FIXED = 16, MAP_ANONYMOUS = 32, MAP_FIXED_NOREPLACE = 0x100000 };
enum { MOST_HEADERS = 32, STDERR = 2, FAILED = 255, EXPECTED_ENOENT = 2 };

#if defined(__x86_64__)
enum { READ_AT = 17, WRITE = 1, OPEN_AT = 257, CLOSE = 3, SEEK = 8, MAP = 9, UNMAP = 11, EXIT_GROUP = 231 };
static Word call(Word number, Word a, Word b, Word c, Word d, Word e, Word f) {
  register Word fourth __asm__("r10") = d;
  register Word fifth __asm__("r8") = e;
  register Word sixth __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "+a"(number)
                   : "D"(a), "S"(b), "d"(c), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "rcx", "r11", "memory");
  return number;
}
// The loader finds the stack as the kernel has laid it out, and no function to call at exit in rdx.
__asm__(".globl start\nstart: mov %rsp, %rbx\nmov %rsp, %rdi\nand $-16, %rsp\ncall prepare\nmov %rbx, %rsp\n"
        "xor %edx, %edx\nxor %ebp, %ebp\njmp *%rax\n");
#elif defined(__aarch64__)
enum { READ_AT = 67, WRITE = 64, OPEN_AT = 56, CLOSE = 57, SEEK = 62, MAP = 222, UNMAP = 215, EXIT_GROUP = 94 };
static Word call(Word number, Word a, Word b, Word c, Word d, Word e, Word f) {
  register Word which __asm__("x8") = number;
  register Word first __asm__("x0") = a;
  register Word second __asm__("x1") = b;
  register Word third __asm__("x2") = c;
  register Word fourth __asm__("x3") = d;
  register Word fifth __asm__("x4") = e;
  register Word sixth __asm__("x5") = f;
  __asm__ volatile("svc #0"
                   : "+r"(first)
                   : "r"(which), "r"(second), "r"(third), "r"(fourth), "r"(fifth), "r"(sixth)
                   : "memory");
  return first;
}
__asm__(".globl start\nstart: mov x19, sp\nmov x0, sp\nbl prepare\nmov sp, x19\nmov x16, x0\nmov x0, #0\nmov x29, #0\n"
        "mov x30, #0\nbr x16\n");
#endif

static const Elf64_Phdr NODE_PARTS[] = {PARTS};

static int is_error(Word result) {
  return result > -4096UL;
}

static Word length(const char *text) {
  Word at = 0;
  while (text[at] != 0) at++;
  return at;
}

static void say(const char *text) {
  call(WRITE, STDERR, (Word)text, length(text), 0, 0, 0);
}

static _Noreturn void fail(const char *subject, const char *text) {
  say("ebpf-map: ");
  say(subject);
  say(text);
  for (;;) call(EXIT_GROUP, FAILED, 0, 0, 0, 0, 0);
}

static Word open_file(const char *path) {
  return call(OPEN_AT, (Word)AT_FDCWD, (Word)path, 0, 0, 0, 0);
}

static void read_at(Word fd, void *to, Word size, Word offset) {
  if (call(READ_AT, fd, (Word)to, size, offset, 0, 0) != size) fail("", EXPLAINED_TRUNCATED);
}

static void map_or_fail(Word address, Word size, Word protection, Word flags, Word fd, Word offset) {
  Word at = call(MAP, address, size, protection, flags | MAP_PRIVATE, fd, offset);
  if (at != address) fail("", "the kernel gives no memory for the program (a limit of it, as ulimit -v sets?)\n");
}

// Maps a part, and pages of zeros where it is longer in memory than in the file.
static void map_part(const Elf64_Phdr *part, Word bias, Word fd, Word page, Word fixed) {
  Word flags = part->p_flags;
  Word protection = (flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) | (flags & PF_X ? PROT_EXEC : 0);
  Word begin = bias + part->p_vaddr;
  Word first = begin & -page, data_end = begin + part->p_filesz, end = begin + part->p_memsz;
  Word data_pages_end = (data_end + page - 1) & -page, pages_end = (end + page - 1) & -page;
  if (part->p_filesz > 0) map_or_fail(first, data_end - first, protection, fixed, fd, part->p_offset - (begin - first));
  if (end == data_end) return;
  for (char *at = (char *)data_end; at < (char *)data_pages_end; at++) *(volatile char *)at = 0;
  if (pages_end > data_pages_end)
    map_or_fail(data_pages_end, pages_end - data_pages_end, protection, fixed | MAP_ANONYMOUS, -1UL, 0);
}

static void map_parts(const Elf64_Phdr *parts, Word count, Word bias, Word fd, Word page, Word fixed) {
  for (Word i = 0; i < count; i++)
    if (parts[i].p_type == PT_LOAD) map_part(&parts[i], bias, fd, page, fixed);
}

struct loader {
  Word bias, entry;
};

// Maps the loader of the C library at any address.
static struct loader map_loader(Word page) {
  static const char path[] = INTERPRETER;
  Word fd = open_file(path);
  if (is_error(fd)) fail(path, fd == -(Word)EXPECTED_ENOENT ? EXPLAINED_MISSING : " can't be opened\n");
  Elf64_Ehdr header;
  Elf64_Phdr parts[MOST_HEADERS];
  read_at(fd, &header, sizeof header, 0);
  Word count = header.e_phnum;
  if (*(unsigned *)header.e_ident != 0x464c457f || count > MOST_HEADERS) fail(path, " is no program\n");
  read_at(fd, parts, count * sizeof *parts, header.e_phoff);
  Word size = 0;
  for (Word i = 0; i < count; i++)
    if (parts[i].p_type == PT_LOAD) size = parts[i].p_vaddr + parts[i].p_memsz;
  Word bias = call(MAP, 0, size, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1UL, 0);
  if (is_error(bias)) fail("", "the kernel gives no memory for the C library's loader\n");
  map_parts(parts, count, bias, fd, page, MAP_FIXED);
  call(CLOSE, fd, 0, 0, 0, 0, 0);
  return (struct loader){bias, bias + header.e_entry};
}

// Fails unless the file has its size and its last bytes: programs that download may give a file its size at first.
static void check_whole(Word fd) {
  static const char tail[] = TAIL;
  char last[sizeof tail - 1];
  if (call(SEEK, fd, 0, SEEK_END, 0, 0, 0) != WHOLE_SIZE) fail("", EXPLAINED_TRUNCATED);
  read_at(fd, last, sizeof last, WHOLE_SIZE - sizeof last);
  for (Word i = 0; i < sizeof last; i++)
    if (last[i] != tail[i]) fail("", EXPLAINED_TRUNCATED);
}

static Elf64_auxv_t *aux_of(Word *stack) {
  Word *word = stack + 1 + stack[0] + 1;
  while (*word != 0) word++;
  return (Elf64_auxv_t *)(word + 1);
}

static Word *value_of(Elf64_auxv_t *aux, Word type) {
  for (; aux->a_type != AT_NULL; aux++)
    if (aux->a_type == type) return &aux->a_un.a_val;
  fail("", "the kernel doesn't say where the program lies\n");
}

// Maps Node and the loader, tells the loader of Node what the kernel tells of this program, and returns where to go on.
__attribute__((used)) Word prepare(Word *stack) {
  Elf64_auxv_t *aux = aux_of(stack);
  Word page = *value_of(aux, AT_PAGESZ);
  Word fd = open_file("/proc/self/exe");
  if (is_error(fd)) fd = open_file((const char *)*value_of(aux, AT_EXECFN));
  if (is_error(fd)) fail("", "can't open the program's own file (is /proc mounted, and may you read the file?)\n");
  check_whole(fd);

  struct loader loader = map_loader(page);
  map_parts(NODE_PARTS, sizeof NODE_PARTS / sizeof *NODE_PARTS, 0, fd, page, MAP_FIXED_NOREPLACE);
  call(CLOSE, fd, 0, 0, 0, 0, 0);

  *value_of(aux, AT_PHDR) = HEADERS_AT;
  *value_of(aux, AT_PHNUM) = HEADERS;
  *value_of(aux, AT_ENTRY) = ENTRY;
  *value_of(aux, AT_BASE) = loader.bias;
  return loader.entry;
}
