import type { BotServices } from '../../services.ts';

type Services = Pick<BotServices, 'store' | 'linkTo' | 'advance' | 'log'>;

/** Puts the address of each of two threads into the other one. Without an answer from Slack they only name each other. */
export async function linkDuplicates(services: Services, one: string, other: string): Promise<void> {
  await Promise.all([link(services, one, other), link(services, other, one)]);
}

async function link(services: Services, from: string, to: string): Promise<void> {
  try {
    const address = await services.linkTo(to);
    if (address === undefined) return;
    await services.store.record(from, ({ links }) =>
      links?.[to] === undefined ? [{ type: 'linked', incident: to, link: address }] : [],
    );
    await services.advance(from);
  } catch (error) {
    services.log.warn({ incident: from, to, error: String(error) }, 'a thread could not be linked');
  }
}
