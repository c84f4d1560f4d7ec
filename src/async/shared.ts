/**
 * Work of which everybody who asks while it runs gets the one result: many at once cost no more than one. What is
 * thrown reaches all of them, too; whoever asks later starts it anew.
 */
export function shared<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}
