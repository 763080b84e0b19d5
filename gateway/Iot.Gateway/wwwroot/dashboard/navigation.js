// On a phone the pages are more than the screen is wide: the one that is shown is brought into sight.
const here = document.querySelector('.pages [aria-current]');
if (here) here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
