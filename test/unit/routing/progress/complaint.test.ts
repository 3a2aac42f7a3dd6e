import assert from 'node:assert/strict';
import { complaintIn } from '../../../../src/routing/progress/complaint.ts';

const heard = (text: string): string | null => complaintIn({ pieces: [text], chars: text.length });

const COMPLAINTS: Readonly<Record<string, readonly string[]>> = {
  English: [
    'still broken', 'It is still not working', "it still doesn't work", 'Still failing:\n```\nError: x\n```', 'Same error as before', "That didn't fix it", 'nope, it does not work', 'The tests fail', 'Not working',
    'the problem persists', 'you broke the login', 'It fails again', 'I am still getting an error when I save', 'No luck, the page is empty', 'it keeps crashing', "this isn't right",
  ],
  Chinese: ['还是不行', '仍然报错', '还是一样的错误', '没有解决', '问题没有修好', '又报错了', '不行', '還是有問題'],
  German: ['Das ist immer noch kaputt', 'funktioniert leider nicht', 'Geht immer noch nicht', 'der gleiche Fehler wie vorher'],
  French: ['Ça ne marche toujours pas', 'toujours la même erreur', 'ça marche pas'],
  Spanish: ['Sigue sin funcionar', 'todavía no funciona', 'el mismo error', 'no funciona'],
  Portuguese: ['ainda não funciona', 'continua com erro', 'não funciona'],
  Italian: ['ancora non funziona', 'stesso errore di prima'],
  Dutch: ['het werkt nog steeds niet', 'nog steeds dezelfde fout'],
  Polish: ['nadal nie działa'],
  Russian: ['всё ещё не работает', 'та же ошибка', 'не помогло'],
  Turkish: ['hâlâ çalışmıyor'],
  Vietnamese: ['vẫn bị lỗi'],
  Japanese: ['まだ動きません', '同じエラーが出ます', '直っていません'],
  Korean: ['여전히 안 됩니다', '같은 에러가 나요'],
  Arabic: ['لا يزال لا يعمل'],
  Hindi: ['अभी भी काम नहीं कर रहा'],
};

describe('a user who says that it does not work', () => {
  for (const [language, texts] of Object.entries(COMPLAINTS)) {
    it(`is understood in ${language}`, () => {
      for (const text of texts) assert.notEqual(heard(text), null, text);
    });
  }

  it('is not heard in praise, in other asks, and in what shall be the case', () => {
    for (const text of [
      'Great, that works. Now add a test', 'Add a fallback for when the clipboard does not work, with a message that tells the user what to do and how to copy the text by hand instead', 'It should still fail when the token is wrong',
      'Make sure that it still works with Node 20', 'The old tests must still be green', 'Rename the function', 'continue', 'Why is the error message not translated?', 'Write a test that fails if the list is empty',
      '谢谢，现在添加一个测试', '继续', 'Danke. Jetzt bitte die Doku', 'Merci, ajoute un test', 'ありがとう。次はテストを書いて', 'Спасибо, теперь добавь тест',
    ]) assert.equal(heard(text), null, text);
  });

  it('is not heard in output that is pasted far behind the ask', () => {
    assert.equal(heard(`Explain this log to me please:\n${'line of a log\n'.repeat(40)}still failing`), null);
  });
});
