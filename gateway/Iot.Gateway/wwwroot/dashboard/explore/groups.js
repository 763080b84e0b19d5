// The API means every combination of the names that it is given. So series are put into groups whose combinations are exactly these series.
const dimensions = ['device', 'measurement', 'field', 'tags'];

/** The fewest found by putting two together as long as they differ in one dimension only. */
export function groupsOf(series) {
  const groups = series.map(s => Object.fromEntries(dimensions.map(name => [name, [s[name] ?? '']])));
  for (let i = 0; i < groups.length; i++) {
    const other = groups.findIndex((group, j) => j > i && differing(groups[i], group).length === 1);
    if (other < 0) continue;
    const [name] = differing(groups[i], groups[other]);
    groups[i] = { ...groups[i], [name]: [...groups[i][name], ...groups[other][name]].sort() };
    groups.splice(other, 1);
    i = -1; // the wider group may go with one that was passed
  }
  return groups;
}

/** Parameters of the API, as pairs. */
export const named = group => dimensions.flatMap(name => (group[name] ?? []).map(value => [name, value]));

const differing = (one, other) => dimensions.filter(name => one[name].join('\u001f') !== other[name].join('\u001f'));
