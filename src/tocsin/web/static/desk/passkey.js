// Say in words when a passkey could not be used; without this the page would stay silent.
document.addEventListener('allauth.error', () => {
  const said = document.getElementById('passkey_trouble')
  if (said) { said.hidden = false; said.scrollIntoView({ block: 'nearest' }) }
})
