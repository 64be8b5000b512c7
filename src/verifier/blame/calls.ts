/**
 * Calls after which packet pointers are void (`bpf_helper_changes_pkt_data` of the kernel, and kfuncs of XDP and skbs).
 */
const MOVES_PACKET =
  /^bpf_(?:skb_(?:store_bytes|vlan_push|vlan_pop|change_\w+|pull_data|adjust_room|ecn_set_ce)|l[34]_csum_replace|clone_redirect|xdp_adjust_\w+|msg_(?:pull|push|pop)_data|lwt_\w+|sk_skb_\w+|store_hdr_opt|reserve_hdr_opt|xdp_pull_data)$/;

/** Calls that give something back. */
const RELEASES =
  /(?:release|_submit(?:_dynptr)?|_discard(?:_dynptr)?|_destroy|obj_drop\w*|_put|_unref|_free|bpf_kptr_xchg|_push_(?:front|back)\w*|rbtree_add\w*)$/;

/** Calls that acquire something that must be given back. */
const ACQUIRES =
  /(?:_reserve(?:_dynptr)?|sk_lookup_\w+|skc_lookup_\w+|_acquire\w*|_from_(?:pid|vpid|id)|_iter_\w+_new|obj_new\w*|bpf_kptr_xchg|_alloc\w*|get_task_exe_file|path_d_path|_create)$/;

/** The calls that open a section, by the section's name in messages. */
const SECTIONS: readonly (readonly [RegExp, RegExp])[] = [
  [/spin_lock|spin_unlock/, /^bpf_(?:res_)?spin_lock(?:_irqsave)?$/],
  [/rcu_read/, /^bpf_rcu_read_lock$/],
  [/preempt/, /^bpf_preempt_disable$/],
  [/irq/, /^bpf_local_irq_save$/],
];

export function movesPacket(callee: string | undefined): boolean {
  return callee !== undefined && MOVES_PACKET.test(callee);
}

export function releases(callee: string | undefined): boolean {
  return callee !== undefined && RELEASES.test(callee);
}

export function acquires(callee: string | undefined): boolean {
  return callee !== undefined && ACQUIRES.test(callee);
}

/** The call that opens the section that a message speaks of. */
export function opens(callee: string | undefined, message: string): boolean {
  const section = SECTIONS.find(([said]) => said.test(message));
  return callee !== undefined && section?.[1].test(callee) === true;
}

/** The code that releases what a call acquired: `bpf_ringbuf_discard(event, 0)`. */
export function releaseOf(callee: string, variable: string): string | undefined {
  if (callee === "bpf_ringbuf_reserve") return `bpf_ringbuf_discard(${variable}, 0);`;
  if (callee === "bpf_ringbuf_reserve_dynptr") return `bpf_ringbuf_discard_dynptr(&${variable}, 0);`;
  if (/sk_lookup|skc_lookup/.test(callee)) return `bpf_sk_release(${variable});`;
  if (/^bpf_iter_\w+_new$/.test(callee)) return `${callee.replace(/_new$/, "_destroy")}(&${variable});`;
  if (/^bpf_obj_new/.test(callee)) return `bpf_obj_drop(${variable});`;
  if (/^bpf_task_/.test(callee)) return `bpf_task_release(${variable});`;
  if (/^bpf_cgroup_/.test(callee)) return `bpf_cgroup_release(${variable});`;
  if (/^bpf_cpumask_/.test(callee)) return `bpf_cpumask_release(${variable});`;
  if (/_acquire\w*$/.test(callee)) return `${callee.replace(/_acquire\w*$/, "_release")}(${variable});`;
  return undefined;
}

/** The call that closes a section. */
export function closingOf(callee: string): string {
  if (/spin_lock/.test(callee))
    return callee.replace("_lock_irqsave", "_unlock_irqrestore").replace("_lock", "_unlock");
  if (callee === "bpf_rcu_read_lock") return "bpf_rcu_read_unlock";
  if (callee === "bpf_preempt_disable") return "bpf_preempt_enable";
  return "bpf_local_irq_restore";
}
