import "uplot/dist/uPlot.min.css";
import { startCharts } from "../charts/charts.ts";

startCharts();
