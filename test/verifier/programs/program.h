/* What every program here starts with. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <linux/pkt_cls.h>
#include <stdbool.h>
#include <stddef.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#define HASH(name, k, v) \
	struct { __uint(type, BPF_MAP_TYPE_HASH); __type(key, k); __type(value, v); __uint(max_entries, 64); } name SEC(".maps")
#define ARRAY(name, v, n) \
	struct { __uint(type, BPF_MAP_TYPE_ARRAY); __type(key, __u32); __type(value, v); __uint(max_entries, n); } name SEC(".maps")
#define RINGBUF(name) struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } name SEC(".maps")

#define KERNEL_TYPE __attribute__((preserve_access_index))
#ifndef __ksym
#define __ksym __attribute__((section(".ksyms")))
#endif

/* Keeps the compiler from knowing what a value is. */
#define OPAQUE(x) asm volatile("" : "+r"(x))

#ifndef NOT_GPL
char LICENSE[] SEC("license") = "GPL";
#endif
