/** The keys of a bucket beside `raw/` and `out/`: what runs need while they are under way, and what they leave. */
export const runKeys = {
  /** Which run waits for uploads to end, and which one builds. */
  queue: 'runs/queue.json',
  status: (run: string) => `runs/${run}/status.json`,
  plan: (run: string) => `runs/${run}/plan.json`,
  /** The array that the Distributed Map reads: one `{uuid}` for each series that is not up to date. */
  items: (run: string) => `runs/${run}/items.json`,
  task: (run: string, uuid: string) => `runs/${run}/tasks/${uuid}.json`,
  /** One object for each series that has ended in a run, by how it ended: what a status counts while the map runs. */
  ended: (run: string) => `runs/ended/${run}/`,
  /** Where archives are unpacked before their files are sorted into `raw/`; removed after some days. */
  unpacked: (archive: string) => `runs/unpacked/${archive}/`,
  /** What became of an uploaded archive. */
  ingested: (archive: string) => `runs/ingested/${archive}.json`,
};
