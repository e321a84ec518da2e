/** Asks for the token that the service was started with; a cookie keeps it from there on. */
import { api } from '../api.js';
import { h, say } from '../dom.js';

let open = false;

/** @param {() => void} done */
export function login(done) {
  if (open) return;
  open = true;
  const token = h('input', { type: 'password', id: 'token', autocomplete: 'current-password', required: true, maxlength: 1000, 'aria-describedby': 'token-problem' });
  const problem = h('p', { class: 'problem', id: 'token-problem', role: 'alert' });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    say(problem, '');
    try {
      await api.login(token.value);
      dialog.close();
    } catch (e) {
      say(problem, /** @type {Error} */ (e).message);
      token.select();
    }
  };
  const dialog = h(
    'dialog',
    {
      class: 'login',
      'aria-labelledby': 'login-title',
      oncancel: (/** @type {Event} */ e) => e.preventDefault(),
      onclose: () => {
        dialog.remove();
        open = false;
        done();
      },
    },
    h('h2', { id: 'login-title' }, 'Log in'),
    h('p', { class: 'explain' }, 'This service was started with a token.'),
    h('form', { onsubmit: submit }, h('label', { for: 'token' }, 'Token'), token, problem, h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, 'Log in')))
  );
  document.body.append(dialog);
  dialog.showModal();
}

/** A button to log out, where there was a login. @param {HTMLElement} place */
export async function logoutButton(place) {
  const session = await api.session().catch(() => null);
  if (!session?.tokenNeeded || !session.open) return;
  const leave = async () => {
    await api.logout().catch(() => {});
    location.assign('/');
  };
  place.append(h('button', { type: 'button', class: 'quiet', onclick: leave }, 'Log out'));
}
