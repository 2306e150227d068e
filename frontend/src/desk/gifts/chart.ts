import { BarChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** Begins a chart in an element of the page. */
export function drawIn(place: HTMLElement): ECharts {
  return init(place, undefined, { renderer: "svg" });
}
