/** The languages that have a snippet, in the order they are shown. */
export const LANGUAGES = [
  'browser',
  'javascript',
  'node',
  'python',
  'ruby',
  'php',
  'go',
  'java',
  'csharp',
  'curl',
] as const;
export type Language = (typeof LANGUAGES)[number];

export interface Snippet {
  /** The command that fetches the client; empty when none is needed. */
  install: string;
  code: string;
}

/**
 * Code that sends a first event with a key and runs as it stands: Pelton's script for web pages, Segment's clients in
 * JavaScript, elsewhere what comes with the language.
 * @param origin where Pelton is, such as `https://pelton.example.org`
 */
export function snippetFor(language: Language, key: string, origin: string): Snippet {
  return SNIPPETS[language]({ key, origin, ...partsOf(origin) });
}

/** A call that tries a key that may read. */
export function readCall(key: string, origin: string): string {
  return `curl -H 'Authorization: Bearer ${key}' ${origin}/api/metrics`;
}

interface Place {
  key: string;
  origin: string;
  /** With the port, if it is not the usual one. */
  host: string;
  /** `http` or `https`. */
  scheme: string;
}

function partsOf(origin: string): Pick<Place, 'host' | 'scheme'> {
  const { host, protocol } = new URL(origin);
  return { host, scheme: protocol.slice(0, -1) };
}

const SNIPPETS: Record<Language, (place: Place) => Snippet> = {
  browser: ({ key, origin }) => ({
    install: '',
    code: `<script src="${origin}/pelton.js" data-key="${key}"></script>
<script>
  pelton.identify('13093', { plan: 'pro' });
  pelton.track('Order Completed', { revenue: 30 });
</script>`,
  }),
  javascript: ({ key, origin, host, scheme }) => ({
    install: 'npm install @segment/analytics-next',
    code: `import { AnalyticsBrowser } from '@segment/analytics-next';

const analytics = AnalyticsBrowser.load(
  { writeKey: '${key}', cdnURL: '${origin}' },
  { integrations: { 'Segment.io': { apiHost: '${host}/v1', protocol: '${scheme}' } } },
);

analytics.identify('13093', { plan: 'pro' });
analytics.track('Order Completed', { revenue: 30 });`,
  }),
  node: ({ key, origin }) => ({
    install: 'npm install @segment/analytics-node',
    code: `import { Analytics } from '@segment/analytics-node';

const analytics = new Analytics({ writeKey: '${key}', host: '${origin}' });

analytics.identify({ userId: '13093', traits: { plan: 'pro' } });
analytics.track({ userId: '13093', event: 'Order Completed', properties: { revenue: 30 } });
await analytics.closeAndFlush();`,
  }),
  python: ({ key, origin }) => ({
    install: '',
    code: `import json
import urllib.request

event = {'userId': '13093', 'event': 'Order Completed', 'properties': {'revenue': 30}}
request = urllib.request.Request(
    '${origin}/v1/track',
    json.dumps(event).encode(),
    {'Authorization': 'Bearer ${key}', 'Content-Type': 'application/json'},
)
with urllib.request.urlopen(request) as response:
    print(response.read().decode())`,
  }),
  ruby: ({ key, origin }) => ({
    install: '',
    code: `require 'json'
require 'net/http'

event = { userId: '13093', event: 'Order Completed', properties: { revenue: 30 } }
response = Net::HTTP.post(
  URI('${origin}/v1/track'),
  event.to_json,
  'Authorization' => 'Bearer ${key}',
  'Content-Type' => 'application/json'
)
puts response.body`,
  }),
  php: ({ key, origin }) => ({
    install: '',
    code: `<?php
$event = ['userId' => '13093', 'event' => 'Order Completed', 'properties' => ['revenue' => 30]];

echo file_get_contents('${origin}/v1/track', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => ['Authorization: Bearer ${key}', 'Content-Type: application/json'],
    'content' => json_encode($event),
]]));`,
  }),
  go: ({ key, origin }) => ({
    install: '',
    code: `package main

import (
	"io"
	"net/http"
	"os"
	"strings"
)

func main() {
	event := \`{"userId":"13093","event":"Order Completed","properties":{"revenue":30}}\`
	request, err := http.NewRequest("POST", "${origin}/v1/track", strings.NewReader(event))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer ${key}")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	io.Copy(os.Stdout, response.Body)
}`,
  }),
  java: ({ key, origin }) => ({
    install: '',
    code: `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

public class Main {
  public static void main(String[] args) throws Exception {
    String event =
        "{\\"userId\\":\\"13093\\",\\"event\\":\\"Order Completed\\",\\"properties\\":{\\"revenue\\":30}}";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("${origin}/v1/track"))
            .header("Authorization", "Bearer ${key}")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(event))
            .build();
    System.out.println(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }
}`,
  }),
  csharp: ({ key, origin }) => ({
    install: '',
    code: `using System.Net.Http.Headers;
using System.Net.Http.Json;

using var client = new HttpClient();
client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "${key}");

var response = await client.PostAsJsonAsync("${origin}/v1/track", new
{
    userId = "13093",
    @event = "Order Completed",
    properties = new { revenue = 30 },
});
Console.WriteLine(await response.Content.ReadAsStringAsync());`,
  }),
  curl: ({ key, origin }) => ({
    install: '',
    code: `curl -X POST ${origin}/v1/track \\
  -u '${key}:' \\
  -H 'Content-Type: application/json' \\
  -d '{"userId":"13093","event":"Order Completed","properties":{"revenue":30}}'`,
  }),
};
