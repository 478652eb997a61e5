/**
 * An instance of a module that the build compiled from AssemblyScript. Threads that make one each share its code.
 * @param base64 what the module's `-wasm.ts` exports
 */
export function instanceOf<Exports>(base64: string): Exports {
  const module = new WebAssembly.Module(Buffer.from(base64, 'base64'));
  return new WebAssembly.Instance(module).exports as unknown as Exports;
}
