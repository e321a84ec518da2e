/** As much of uPlot as the page uses; its script makes the class global. */
declare class uPlot {
  constructor(options: object, data: Array<Array<number | null>>, target: HTMLElement);
  readonly ctx: CanvasRenderingContext2D;
  readonly cursor: { idx: number | null; left: number };
  setData(data: Array<Array<number | null>>): void;
  setSize(size: { width: number; height: number }): void;
  setCursor(place: { left: number; top: number }): void;
  valToPos(value: number, scale: string): number;
  destroy(): void;
}
