// Scrolling that respects who asked for less motion.

export function bringIntoView(element: Element, block: ScrollLogicalPosition): void {
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  // Absent where nothing is laid out.
  element.scrollIntoView?.({ block, behavior: still ? 'instant' : 'smooth' });
}
