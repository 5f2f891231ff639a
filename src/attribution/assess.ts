import type { Assessment, Band, Indicator, Judgement } from './assessment.ts';
import type { Facts } from './facts.ts';
import { floodIndicators } from './flood-indicators.ts';
import { hoursIndicators } from './hours-indicators.ts';
import { decisiveGroups, HYPOTHESES, NO_STATE_WORD, NOT_ASSESSABLE, rankHypotheses } from './hypotheses.ts';
import { applyRule, outOf, sumOf } from './indicator.ts';
import { areCoherent, likelihood } from './likelihood.ts';
import { originIndicators } from './origin-indicators.ts';
import { toolIndicators } from './tool-indicators.ts';

const RULES = [...originIndicators, ...toolIndicators, ...floodIndicators, ...hoursIndicators].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);

/**
 * The assessment of one set of windows: indicators, matrix, ranks and the questions that logs can answer.
 * A machine's draft: from logs alone no hypothesis of who gets a word of likelihood.
 */
export function assess(facts: Facts): Assessment {
  const indicators = RULES.map((rule) => applyRule(rule, facts));
  const telling = indicators.filter((indicator) => indicator.computable && indicator.diagnosticity > 0);
  const ranked = rankHypotheses(telling);
  const attacked = facts.windows.length > 0;
  return {
    status: 'machine-draft',
    hypotheses: HYPOTHESES.map(({ id, name }) => {
      const { rank, score, inconsistencies } = ranked.find((each) => each.id === id)!;
      const word = id === 'H0' && attacked ? likelihood(oppositeOf(attackWord(facts))) : null;
      return {
        id,
        name,
        rank,
        score,
        inconsistencies,
        likelihood: word,
        reason: word ? null : reasonFor(id, attacked),
      };
    }),
    indicators,
    judgements: attacked
      ? judgements(facts).map((each) => ({
          ...each,
          because: each.because.filter((id) => telling.some((row) => row.id === id)),
        }))
      : [],
    confidence: confidence(facts, telling),
    changes_if: changesIf(facts, telling),
    sentence: attacked
      ? `An attack was observed. ${NO_STATE_WORD} Ranks order hypotheses by what contradicts them; they are not probabilities.`
      : 'No attack was observed, so there is nobody to attribute it to.',
  };
}

function reasonFor(id: string, attacked: boolean): string {
  if (!attacked) return 'no window was observed';
  if (id === 'H4' || id === 'H5') return `${NOT_ASSESSABLE}: ${NO_STATE_WORD}`;
  return `${NOT_ASSESSABLE}: who acted is not in the logs of the attacked`;
}

/** How sure the tests make an attack: the weakest window decides. */
function attackWord(facts: Facts): Band {
  const margin = Math.min(...facts.windows.map((window) => window.attackTests - window.benignTests));
  if (margin >= 5) return 'almost certain';
  if (margin >= 3) return 'highly likely';
  return margin > 0 ? 'likely' : 'realistic possibility';
}

function oppositeOf(word: Band): Band {
  const opposites: Partial<Record<Band, Band>> = {
    'almost certain': 'remote chance',
    'highly likely': 'highly unlikely',
    'realistic possibility': 'realistic possibility',
  };
  return opposites[word] ?? 'unlikely';
}

function judgements(facts: Facts): Judgement[] {
  const { windows } = facts;
  const word = attackWord(facts);
  // An attack and no attack are rivals: their words must fit together (standards, section 1.3).
  if (!areCoherent([word, oppositeOf(word)]))
    throw new Error(`${word} and ${oppositeOf(word)} do not fit together`);
  const kinds = [...new Set(windows.map((window) => window.kind))].join(' and ');
  const requests = windows.filter(isHttp);
  const known = sumOf(requests, (window) => window.actionKnown);
  const mitigated = sumOf(requests, (window) => window.mitigated ?? 0);
  return [
    {
      question: 'Was it an attack?',
      answer: `It is ${attackWord(facts) === 'realistic possibility' ? 'a realistic possibility' : attackWord(facts)} that the ${windows.length === 1 ? 'window is an attack' : 'windows are attacks'} and no crowd.`,
      likelihood: likelihood(attackWord(facts)),
      because: ['I07', 'I09', 'I11', 'I12', 'I28', 'I33'],
    },
    {
      question: 'By what technique?',
      answer: `It is highly likely that the technique was ${kinds}: ${grounds(windows)}.`,
      likelihood: likelihood('highly likely'),
      because: ['I07', 'I12', 'I16'],
    },
    oneOperation(facts),
    {
      question: 'Was the mitigation effective?',
      answer:
        known === 0
          ? windows.some(({ surface }) => surface === 'network')
            ? 'These logs do not say: what a network rejects has arrived there.'
            : 'These logs do not say what the defence did.'
          : `The defence stopped ${outOf(mitigated, known)} attack requests of which the log says what became of them.`,
      likelihood:
        known === 0
          ? null
          : likelihood(
              mitigated * 10 >= known * 9
                ? 'highly likely'
                : mitigated * 2 >= known
                  ? 'realistic possibility'
                  : 'unlikely',
            ),
      because: [],
    },
    { question: 'Was a state involved?', answer: NO_STATE_WORD, likelihood: null, because: [] },
  ];
}

const isHttp = ({ surface = 'http' }: Facts['windows'][number]): boolean => surface === 'http';

function grounds(windows: Facts['windows']): string {
  const http = 'the grown request templates make up the windows';
  const below = 'what grew has the marks of that kind';
  if (windows.every(isHttp)) return http;
  return windows.some(isHttp) ? `${http} of requests, and below HTTP ${below}` : below;
}

function oneOperation({ overlaps, windows }: Facts): Judgement {
  const question = 'One operation or several?';
  if (windows.length === 1)
    return { question, answer: 'One window was observed.', likelihood: null, because: [] };
  if (!windows.every(isHttp)) {
    return {
      question,
      answer:
        'These logs do not say: windows of flows and of DNS queries name no tool and no attacking machine that could be compared.',
      likelihood: null,
      because: [],
    };
  }
  const sameTool = overlaps.every((each) => each.signatures * 2 > each.signatureUnion);
  const sameMachines = overlaps.every(
    (each) => each.sources !== null && each.sources * 10 > (each.union ?? 0),
  );
  const word: Band =
    sameTool && sameMachines
      ? 'highly likely'
      : sameTool || sameMachines
        ? 'likely'
        : 'realistic possibility';
  return {
    question,
    answer: `It is ${word === 'realistic possibility' ? 'a realistic possibility' : word} that the windows are one operation: see how much of tool and machines they share. Whether one actor was behind them is a judgement of its own.`,
    likelihood: likelihood(word),
    because: ['I17'],
  };
}

/** Analytical confidence: the least of information base, rigour and stability (standards, section 1.2). */
function confidence(facts: Facts, telling: readonly Indicator[]): Assessment['confidence'] {
  const decisive = decisiveGroups(telling);
  const stability = decisive.length === 0 ? 3 : decisive.length === 1 ? 2 : 1;
  return {
    rating: 'Low',
    information_base: 1,
    rigour: 2,
    stability,
    statement:
      `The information base is the platform's own logs alone${facts.gaps > 0 ? ', with gaps' : ''}, and the baseline is ${facts.rung}. ` +
      `The matrix is complete and nobody has reviewed it. ${decisive.length === 0 ? 'No single group of indicators decides the first rank.' : `The first rank depends on: ${decisive.join(', ')}.`}`,
  };
}

function changesIf(facts: Facts, telling: readonly Indicator[]): string[] {
  if (facts.windows.length === 0)
    return ['Logs of another vantage or a longer time that show growth with the marks of an attack.'];
  const decisive = decisiveGroups(telling);
  return [
    'A claim of responsibility made before the attack, with details that the logs confirm (I22).',
    'The name of the target in a list published before the first window (I13).',
    'A demand for money (I23).',
    'The findings of a government or a court about this attack, graded B2 or better.',
    'Overlap of the sources with a dated list of a known botnet, tested against chance (I03, I04).',
    ...(facts.windows.some((window) => window.networkTypes === null)
      ? ['Types of the source networks, given with --networks (I01).']
      : []),
    ...(decisive.length > 0
      ? [
          `An error in the indicators of the group ${decisive.join(' or ')}: without them another hypothesis leads.`,
        ]
      : []),
  ];
}
