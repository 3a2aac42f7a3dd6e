export interface Answered {
  status: number;
  headers: Headers;
  content: string;
  openfusion: Record<string, unknown>;
}

interface ChatBody {
  choices?: { message?: { content?: string } }[];
  openfusion?: Record<string, unknown>;
}

/** Sends one chat request as an agent does. */
export async function ask(baseUrl: string, prompt = 'Rename the variable x to count.', model = 'openfusion/auto'): Promise<Answered> {
  const answer = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: prompt }] }),
  });
  const { choices, openfusion = {} } = (await answer.json()) as ChatBody;
  return { status: answer.status, headers: answer.headers, content: choices?.[0]?.message?.content ?? '', openfusion };
}
