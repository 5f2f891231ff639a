/** The one style sheet: screen from 390 px, and A4. Colours keep WCAG AA contrast on white. */
import { cssString } from './hostile-text.ts';

/** TLP 2.0 (FIRST, August 2022): each label's colour on black. */
const TLP_COLOURS: Record<string, string> = {
  'TLP:RED': '#ff2b2b',
  'TLP:AMBER': '#ffc000',
  'TLP:AMBER+STRICT': '#ffc000',
  'TLP:GREEN': '#33ff00',
  'TLP:CLEAR': '#ffffff',
};

const STYLE = `
:root{color-scheme:light;--ink:#1f2328;--quiet:#59636e;--rule:#d1d9e0;--wash:#f6f8fa;--red:#a40e26;--blue:#0a5cad}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;color:var(--ink);background:#fff;font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif;overflow-wrap:break-word}
h1,h2,h3,p,li,dt,dd,summary,blockquote,caption,figcaption{overflow-wrap:anywhere;min-width:0}
.band{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;justify-content:space-between;align-items:center;padding:.6rem clamp(1rem,4vw,3rem);border-bottom:1px solid var(--rule);background:var(--wash)}
.band .status{font-weight:600}
.tlp{margin-left:auto;font:700 12pt/1 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;padding:.4em .6em;background:#000;color:VAR_TLP;max-width:100%;overflow-wrap:anywhere}
.synthetic{background:#5b2a86;color:#fff;font-weight:700;padding:.6rem clamp(1rem,4vw,3rem);letter-spacing:.01em}
.tag{display:inline-block;background:#5b2a86;color:#fff;font-size:.7rem;font-weight:700;letter-spacing:.06em;padding:.15em .5em;margin-left:.75em;vertical-align:middle}
main,footer .inside{max-width:68rem;margin:0 auto;padding:0 clamp(1rem,4vw,3rem)}
h1{font-size:clamp(1.6rem,4.5vw,2.25rem);line-height:1.2;margin:2rem 0 1rem;letter-spacing:-.015em;max-width:34ch}
h2{font-size:1.4rem;line-height:1.3;margin:3.25rem 0 1rem;padding-top:.9rem;border-top:2px solid var(--ink);letter-spacing:-.01em}
h3{font-size:1.05rem;line-height:1.35;margin:2rem 0 .6rem}
#first-page h2{border:0;padding:0;margin:1.75rem 0 .5rem;font-size:1.05rem;color:var(--quiet);font-weight:600}
p,ul,blockquote{max-width:75ch;margin:.7rem 0}
ul{padding-left:1.25rem}li{margin:.35rem 0}
.lead{font-size:1.2rem;line-height:1.45;font-weight:600}
.note{color:var(--quiet);font-size:.9rem}
.caution{border-left:4px solid var(--red);padding-left:.9rem}
blockquote{margin:1rem 0;padding:.1rem 0 .1rem .9rem;border-left:4px solid var(--rule)}
blockquote cite{font-style:normal;color:var(--quiet)}
dl{margin:1rem 0;border-top:1px solid var(--rule);max-width:56rem}
dl>div{display:grid;grid-template-columns:11rem minmax(0,1fr);gap:0 1.5rem;padding:.65rem 0;border-bottom:1px solid var(--rule)}
dt{font-weight:600}dd{margin:0;max-width:75ch;min-width:0}
code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
code{unicode-bidi:isolate;overflow-wrap:anywhere;background:var(--wash);padding:.05em .25em;border-radius:3px}
pre{margin:.6rem 0;padding:.9rem;background:var(--wash);border:1px solid var(--rule);overflow-x:auto;white-space:pre;line-height:1.45}
.q{font:.66em/1 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;vertical-align:.45em;margin-left:.3em;white-space:normal}
.q a{color:var(--blue);text-decoration:none}.q a:hover{text-decoration:underline}
td .q:only-child{vertical-align:baseline;font-size:.86em;margin:0;line-height:1.4}
.caption{font-size:.9rem;font-weight:600;margin:1.4rem 0 .35rem}
.box{overflow-x:auto;border:1px solid var(--rule);border-left:0;border-right:0;margin:.35rem 0 1.2rem}
.box:focus-visible{outline:2px solid var(--blue)}
table{border-collapse:collapse;width:100%;font-size:.86rem;line-height:1.4;font-variant-numeric:tabular-nums}
th,td{padding:.42rem .8rem .42rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule);min-width:4rem;max-width:26rem}
th:last-child,td:last-child{padding-right:0}
tr:last-child>*{border-bottom:0}
thead th{font-weight:600;color:var(--quiet);vertical-align:bottom;border-bottom:1px solid var(--ink)}
tbody th{font-weight:400}
.t{white-space:nowrap}
.middle{min-width:8rem}.wide{min-width:14rem}
.right{text-align:right}.centre{text-align:center;min-width:2.6rem}
.right+td:not(.right),.right+th:not(.right){padding-left:.4rem}
.muted{color:var(--quiet);background:var(--wash)}
.cell{display:inline-block;min-width:2.2em;padding:.1em .2em;font-weight:600;font-size:.8rem}
.c-I{background:#ffd9d6;color:#7d0a1c}.c-II{background:#a40e26;color:#fff}
.c-C{background:#dcebfa;color:#0a3d70}.c-CC{background:#0a5cad;color:#fff}.c-N,.c-NA{color:var(--quiet);font-weight:400}
figure{margin:.75rem 0}
.drawing{overflow-x:auto}
svg{display:block;width:100%;height:auto}
svg.timeline{max-width:58rem;min-width:34rem}svg.shares{max-width:31rem;min-width:20rem}
details{margin:.6rem 0 1rem}
summary{cursor:pointer;color:var(--blue);font-size:.9rem;width:fit-content}
nav{margin:2rem 0 0}
nav li{margin:0 0 .35rem;break-inside:avoid}nav ol{columns:3 15rem;margin:.4rem 0;padding-left:1.6rem;font-size:.92rem}
a{color:var(--blue)}
footer{margin-top:4rem;border-top:1px solid var(--rule);background:var(--wash)}
footer .inside{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;align-items:center;padding-top:.9rem;padding-bottom:.9rem;font-size:.9rem}
.paper{display:none}
@media (max-width:40rem){
dl>div{grid-template-columns:minmax(0,1fr);gap:.1rem}
h2{margin-top:2.5rem}.wide{min-width:12rem}
}
@page{size:A4;margin:20mm 15mm 18mm;
@top-left{content:CSS_SYNTHETIC;font:700 9pt system-ui,sans-serif;color:#5b2a86}
@top-right{content:CSS_TLP;font:700 12pt ui-monospace,monospace;color:#000}
@bottom-left{content:CSS_STATUS;font:8pt system-ui,sans-serif;color:#59636e}
@bottom-center{content:counter(page) " of " counter(pages);font:8pt system-ui,sans-serif;color:#59636e}
@bottom-right{content:CSS_TLP;font:700 12pt ui-monospace,monospace;color:#000}}
@media print{
html{font-size:9.5pt}body{font-size:1rem;line-height:1.4}
.band,.synthetic,main,footer .inside{padding-left:0;padding-right:0;max-width:none}
.band,footer{background:none}
.tlp,.synthetic,.tag,.cell,code,.muted{-webkit-print-color-adjust:exact;print-color-adjust:exact}
.synthetic{padding-left:.6rem}
nav,.screen{display:none}.paper{display:block}
h1{margin:1rem 0 .5rem;font-size:18pt}h2{margin-top:1.6rem;font-size:13pt}h3{font-size:10.5pt;margin-top:1.1rem}
.lead{font-size:11.5pt}dl>div{padding:.4rem 0;grid-template-columns:8.5rem minmax(0,1fr)}
h1,h2,h3,.caption,summary,.caution{break-after:avoid}
tr,dl>div,li,figure,blockquote,p{break-inside:avoid}
thead{display:table-header-group}
.box,.drawing{overflow:visible}
table{font-size:7.3pt}th,td{min-width:0;max-width:none;padding:.25rem .45rem .25rem 0;overflow-wrap:anywhere}
thead th{overflow-wrap:normal;hyphens:auto}.middle{min-width:0}td.wide,th.wide{min-width:9.5rem}td .t{white-space:normal}td.right{overflow-wrap:normal}.centre{min-width:1.6rem}.cell{min-width:1.8em;font-size:7pt}
svg.timeline,svg.shares{min-width:0;max-height:11cm}svg.shares{max-width:11cm}
a{color:inherit;text-decoration:none}
footer{margin-top:1.5rem}
}
`.trim();

export function style(options: { tlp: string; status: string; synthetic: string | null }): string {
  return STYLE.replaceAll('VAR_TLP', TLP_COLOURS[options.tlp] ?? '#ffffff')
    .replaceAll('CSS_TLP', () => cssString(options.tlp))
    .replaceAll('CSS_STATUS', () => cssString(options.status))
    .replaceAll('CSS_SYNTHETIC', () => cssString(options.synthetic ?? ''));
}
