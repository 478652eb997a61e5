// Preloaded into a function's process, keeps ever more objects until the heap is full.
const kept = [];
setImmediate(function more() {
  kept.push(Array.from({ length: 1e5 }, (_, i) => ({ i })));
  setImmediate(more);
});
