import type { PublicationBody } from '@hutong/server/contract/publication';
import { useWords } from '../i18n/language.ts';
import { publicationWords } from '../i18n/publication.ts';
import { useOwnWords } from '../i18n/useOwnWords.ts';
import { useMarks } from '../i18n/useMarks.ts';
import { grouped, type Standing } from './arrange.ts';

interface Lines {
  lines: readonly Standing[];
  centres: PublicationBody['centres'];
}

/** Scope, then item, then the hospitals. */
export function ByItem({ lines, centres }: Lines) {
  const marks = useMarks();
  const { pick, language } = useWords();
  const words = useOwnWords(publicationWords);
  return grouped(lines, ({ scope }) => scope.name).map((ofScope) => {
    const [first] = ofScope;
    if (first === undefined) return null;
    const { scope } = first;
    const items = grouped(ofScope, ({ item }) => item.code);
    const hospitals = new Set(ofScope.map(({ hospital }) => hospital.code)).size;
    return (
      <section key={scope.name} className="publication-group" data-testid="publication-scope">
        <h2>
          {language === 'en' && scope.nameEn !== '' ? scope.nameEn : scope.name}
          <span className="publication-label">{scope.label}</span>
        </h2>
        <p className="quiet">
          {words.counts(items.length, hospitals)}
          {scope.within.length > 0 && ` · ${words.within(marks.list(scope.within))}`}
        </p>
        {items.map((ofItem) => (
          <article key={ofItem[0]?.item.code} data-testid="publication-item">
            <h3>
              <span className="item-code">{ofItem[0]?.item.code}</span>
              {ofItem[0] !== undefined && pick(ofItem[0].item.name)}
            </h3>
            <Rows
              head={words.hospital}
              lines={ofItem}
              centres={centres}
              nameOf={({ hospital }) => ({ name: pick(hospital.name), detail: hospital.level })}
            />
          </article>
        ))}
      </section>
    );
  });
}

/** Hospital, then what it is qualified for. */
export function ByHospital({ lines, centres }: Lines) {
  const { pick } = useWords();
  const words = useOwnWords(publicationWords);
  return grouped(lines, ({ hospital }) => hospital.code).map((own) => (
    <section key={own[0]?.hospital.code} className="publication-group" data-testid="publication-hospital">
      <h2>{own[0] !== undefined && pick(own[0].hospital.name)}</h2>
      <p className="quiet">{own[0]?.hospital.level}</p>
      <Rows
        head={words.item}
        lines={own}
        centres={centres}
        nameOf={({ item, scope }) => ({ name: `${item.code} ${pick(item.name)}`, detail: scope.label })}
      />
    </section>
  ));
}

function Rows({
  head,
  lines,
  centres,
  nameOf,
}: Lines & { head: string; nameOf: (line: Standing) => { name: string; detail: string } }) {
  const { pick } = useWords();
  const words = useOwnWords(publicationWords);
  return (
    <table className="publication-table">
      <colgroup>
        <col />
        <col />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{head}</th>
          <th scope="col">{words.validity}</th>
          <th scope="col">{words.centre}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => {
          const { scope, item, hospital, standing } = line;
          const { name, detail } = nameOf(line);
          const centre = centres.find(({ code }) => code === standing.centre);
          return (
            <tr key={`${scope.name} ${item.code} ${hospital.code}`}>
              <th scope="row">
                {name}
                {detail !== '' && <span className="quiet">{detail}</span>}
                {standing.suspended && <span className="publication-suspended">{words.suspended}</span>}
              </th>
              <td data-label={words.validity}>{words.until(standing.evaluatedAt, standing.validUntil)}</td>
              <td data-label={words.centre}>{centre === undefined ? words.noCentre : pick(centre.name)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
