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
 * Code that sends a first event with a key: Pelton's script for web pages, else the published Segment
 * or RudderStack client of the language, pointed here.
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
    install: 'pip install segment-analytics-python',
    code: `import segment.analytics as analytics

analytics.write_key = '${key}'
analytics.host = '${origin}'

analytics.identify('13093', {'plan': 'pro'})
analytics.track('13093', 'Order Completed', {'revenue': 30})
analytics.flush()`,
  }),
  ruby: ({ key, origin, scheme }) => ({
    install: 'gem install rudder-sdk-ruby',
    code: `require 'rudder-sdk-ruby'

analytics = Rudder::Analytics.new(
  write_key: '${key}',
  data_plane_url: '${origin}/v1/batch',
  ssl: ${scheme === 'https'}
)

analytics.identify(user_id: '13093', traits: { plan: 'pro' })
analytics.track(user_id: '13093', event: 'Order Completed', properties: { revenue: 30 })
analytics.flush`,
  }),
  php: ({ key, host, scheme }) => ({
    install: 'composer require segmentio/analytics-php',
    code: `<?php
require 'vendor/autoload.php';

use Segment\\Segment;

Segment::init('${key}', ['host' => '${host}', 'ssl' => ${scheme === 'https'}]);

Segment::identify(['userId' => '13093', 'traits' => ['plan' => 'pro']]);
Segment::track(['userId' => '13093', 'event' => 'Order Completed', 'properties' => ['revenue' => 30]]);
Segment::flush();`,
  }),
  go: ({ key, origin }) => ({
    install: 'go get github.com/segmentio/analytics-go/v3',
    code: `package main

import "github.com/segmentio/analytics-go/v3"

func main() {
	client, err := analytics.NewWithConfig("${key}", analytics.Config{Endpoint: "${origin}"})
	if err != nil {
		panic(err)
	}
	defer client.Close()

	client.Enqueue(analytics.Track{
		UserId:     "13093",
		Event:      "Order Completed",
		Properties: analytics.NewProperties().Set("revenue", 30),
	})
}`,
  }),
  java: ({ key, origin }) => ({
    install: 'com.segment.analytics.java:analytics:3.5.2',
    code: `import com.segment.analytics.Analytics;
import com.segment.analytics.messages.TrackMessage;
import java.util.Map;

public class Main {
  public static void main(String[] args) {
    Analytics analytics = Analytics.builder("${key}").endpoint("${origin}").build();

    analytics.enqueue(
        TrackMessage.builder("Order Completed").userId("13093").properties(Map.of("revenue", 30)));
    analytics.flush();
    analytics.shutdown();
  }
}`,
  }),
  csharp: ({ key, origin }) => ({
    install: 'dotnet add package RudderAnalytics',
    code: `using System.Collections.Generic;
using RudderStack;

RudderAnalytics.Initialize("${key}", new RudderConfig(dataPlaneUrl: "${origin}"));

RudderAnalytics.Client.Track(
    "13093",
    "Order Completed",
    new Dictionary<string, object> { { "revenue", 30 } });
RudderAnalytics.Client.Flush();`,
  }),
  curl: ({ key, origin }) => ({
    install: '',
    code: `curl -X POST ${origin}/v1/track \\
  -u '${key}:' \\
  -H 'Content-Type: application/json' \\
  -d '{"userId":"13093","event":"Order Completed","properties":{"revenue":30}}'`,
  }),
};
