/**
 * A page that sends its own views, without a client to fetch. The body is text, so that the browser asks nothing first,
 * and `keepalive` sends what is left when the page is closed.
 */
export function browserSnippet(key: string, origin: string): string {
  return `<script>
  window.pelton = (function (writeKey, url) {
    var id = localStorage.getItem('pelton_id') || crypto.randomUUID();
    localStorage.setItem('pelton_id', id);
    function send(call) {
      var at = new Date().toISOString();
      var common = {
        anonymousId: id,
        userId: localStorage.getItem('pelton_user'),
        messageId: crypto.randomUUID(),
        timestamp: at,
        context: {
          page: { path: location.pathname, referrer: document.referrer, title: document.title, url: location.href },
          locale: navigator.language
        }
      };
      var body = { writeKey: writeKey, sentAt: at, batch: [Object.assign(common, call)] };
      fetch(url + '/v1/batch', {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: JSON.stringify(body),
        keepalive: true
      });
    }
    return {
      page: function (name, properties) { send({ type: 'page', name: name, properties: properties }); },
      track: function (event, properties) { send({ type: 'track', event: event, properties: properties }); },
      identify: function (userId, traits) {
        localStorage.setItem('pelton_user', userId);
        send({ type: 'identify', userId: userId, traits: traits });
      }
    };
  })('${key}', '${origin}');
  pelton.page();
</script>`;
}
