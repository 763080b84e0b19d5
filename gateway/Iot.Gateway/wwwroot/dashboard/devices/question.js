// What is asked of the list lives in the address, so that a view can be sent to a colleague.
const states = ['online', 'silent', 'offline', 'never_spoke', 'disabled'];
const sorts = ['name', 'last_seen', 'rate', 'missing'];
export const descendsFirst = sort => sort !== 'name';

/** What the address asks; what makes no sense is left out. An empty site or type asks for those without one. */
export function read() {
  const address = new URLSearchParams(location.search);
  const given = (name, isGood) => (isGood(address.get(name) ?? '') ? { [name]: address.get(name) } : {});
  return {
    ...given('search', text => text.length > 0 && text.length <= 64),
    ...(address.has('site') && { site: address.get('site') }),
    ...(address.has('type') && { type: address.get('type') }),
    ...given('state', text => states.includes(text)),
    ...given('sort', text => sorts.includes(text)),
    ...given('order', text => text === 'asc' || text === 'desc'),
    ...given('page', text => /^[1-9]\d{0,5}$/.test(text)),
  };
}

export const isFiltered = asked => ['search', 'site', 'type', 'state'].some(name => asked[name] !== undefined);
export const sortOf = asked => asked.sort ?? 'name';
export const descends = asked => (asked.order ? asked.order === 'desc' : descendsFirst(sortOf(asked)));

/** The question with some of it changed; undefined takes a part away. Another question begins at its first page. */
export function changed(asked, change) {
  const next = { ...asked, page: undefined, ...change };
  return Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined));
}

export const address = asked => `?${new URLSearchParams(asked)}`;
