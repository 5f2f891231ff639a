/** The order of the report, for both renderings. */
import type { Section } from './blocks.ts';
import type { ReportModel } from './model.ts';
import { assessmentSection } from './sections/assessment.ts';
import { dataAccessSection, effectSection, leadsSection } from './sections/effect.ts';
import { firstPage } from './sections/first-page.ts';
import { handSection } from './sections/hand.ts';
import { ledgerSection } from './sections/ledger.ts';
import { originSection, techniquesSection } from './sections/origin.ts';
import {
  cannotSaySection,
  coverageSection,
  datasetsSection,
  methodSection,
  queriesSection,
  snapshotSection,
} from './sections/record.ts';
import { surgesSection, timelineSection } from './sections/timeline.ts';

const SECTIONS: readonly ((model: ReportModel) => Section)[] = [
  firstPage,
  timelineSection,
  surgesSection,
  originSection,
  techniquesSection,
  handSection,
  effectSection,
  dataAccessSection,
  assessmentSection,
  leadsSection,
  cannotSaySection,
  coverageSection,
  methodSection,
  ledgerSection,
  queriesSection,
  datasetsSection,
  snapshotSection,
];

export const outline = (model: ReportModel): Section[] => SECTIONS.map((section) => section(model));
