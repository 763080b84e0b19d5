// Whether a link leads this visitor anywhere: the navigation lists the pages of his role.
export const leads = link => link.startsWith('#') || pages().some(page => page === '/' ? link === '/' : new URL(link, location).pathname.split('/')[1] === page.slice(1));

const pages = () => [...document.querySelectorAll('.pages a')].map(page => page.pathname);
