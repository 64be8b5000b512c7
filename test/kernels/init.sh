#!/bin/busybox sh
# The first process of a guest: mounts what the suite needs, runs it with its output on the second serial port, and
# says on the first, which is the kernel's console, when it began and how it ended. The kernel's messages would cut into
# the output, so the two never share a port. Whatever the suite leaves running ends with the guest.
/bin/busybox --install -s /bin
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C
export EBPF_MAP_BPFTOOLS=/suite/bpftools EBPF_MAP_OBJECTS=/suite/objects
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
mount -t bpf bpf /sys/fs/bpf
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ip link set lo up
# A kernel built without BTF looks like this to user space.
if grep -qw hide_btf /proc/cmdline; then mount -t tmpfs none /sys/kernel/btf; fi
# On arm64 the console is no ttyS at all.
output=/dev/ttyS1
[ "$(uname -m)" != aarch64 ] || output=/dev/ttyS0
exec 9> "$output" < /dev/null
stty raw -echo <&9
mkfifo /output
cat /output >&9 &
cat=$!
echo '<0>guest: start' > /dev/kmsg
cd /suite || exit
node guest.mjs > /output 2>&1 9>&-
status=$?
wait $cat
# This waits until all is written.
stty raw -echo <&9
echo "<0>guest: exit $status" > /dev/kmsg
poweroff -f
