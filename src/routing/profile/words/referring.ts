import type { Entry } from '../lexicon.ts';

/**
 * Words by which a short ask refers to what was asked before it, in all tongues. They speak for nothing by themselves.
 * As in all lists, no form begins with an article: every one in a text would be looked at.
 */
export const REFERRING: readonly Entry[] = [
  ["it|them|those|that one|others|other file|other one|other two|same|again|still|also|too|as well|instead|likewise|similarly|rest of|like before|as before|once more|now for|do that|what about", { refers: 1 }],
  ['lo mismo|tambien|otra vez|de nuevo|todavia|sigue|igual|el otro|la otra|los demas|eso|o mesmo|mesma coisa|tambem|ainda|isso|o outro|outra|continua', { refers: 1 }],
  ["la meme chose|pareil|aussi|encore|toujours|l'autre|idem|les autres|dasselbe|das gleiche|auch|nochmal|noch immer|immer noch|genauso|die andere|das andere|die anderen|ebenso|stattdessen", { refers: 1 }],
  ['то же самое|тоже|также|снова|опять|еще раз|все еще|по-прежнему|так же|остальн*|другого|другой|другом|другим', { refers: 1 }],
];
export const REFERRING_UNSPACED: readonly Entry[] = [
  ['还是|同样|一样|另一个|另外一个|其他|其它|刚才|刚刚|上面|也要|也加|也改|也做|再来|再试|照着|仍然|依旧|依然|還是|同樣|一樣|其餘|剩下的', { refers: 1 }],
  ['同じ|同様|まだ|もう一度|また|他の|ほかの|それも|これも|さっき|先ほど|残りの', { refers: 1 }],
  ['같은|똑같|아직|여전히|다시|다른|그것도|이것도|나머지|마찬가지', { refers: 1 }],
];
