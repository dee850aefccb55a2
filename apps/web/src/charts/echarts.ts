import { LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

/** The parts of ECharts that Pelton draws with; everything else stays out of the bundle. */
use([LineChart, AriaComponent, GridComponent, TooltipComponent, LabelLayout, CanvasRenderer]);
