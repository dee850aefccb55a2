import type { AnyTemplate } from '../template.js';
import { cartAbandonment } from './cart-abandonment.js';
import { churnRescue } from './churn-rescue.js';
import { cohortReport } from './cohort-report.js';
import { dataQualityWatch } from './data-quality-watch.js';
import { externalEnrichment } from './external-enrichment.js';
import { onboarding } from './onboarding.js';
import { priceDropTest } from './price-drop-test.js';
import { repurchaseReminder } from './repurchase-reminder.js';
import { trafficCampaignRoi } from './traffic-campaign-roi.js';
import { vipPoints } from './vip-points.js';
import { weeklyKpiMail } from './weekly-kpi-mail.js';
import { winBack } from './win-back.js';

/** Every template, by the layer of the loop. */
export const TEMPLATES: readonly AnyTemplate[] = [
  dataQualityWatch,
  externalEnrichment,
  cohortReport,
  trafficCampaignRoi,
  weeklyKpiMail,
  winBack,
  churnRescue,
  priceDropTest,
  vipPoints,
  onboarding,
  repurchaseReminder,
  cartAbandonment,
];
