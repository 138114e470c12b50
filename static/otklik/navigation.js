/** False after a reload or a step back, when the browser may have restored what an earlier visit left. */
export function isFirstVisit() {
  const [navigation] = performance.getEntriesByType("navigation");
  return navigation instanceof PerformanceNavigationTiming && navigation.type === "navigate";
}
