import type { Entry } from '../lexicon.ts';

/** Korean, short: the stems that endings hang on. */
export const KOREAN: readonly Entry[] = [
  ['고쳐|고치|수정해|디버그|디버깅|버그|해결해', { coding: 1 }, 'debug', 1.6],
  ['오류|에러|예외|실패|안 돼|안돼|안 됩|멈춥|멈춰|멈추|죽어|죽습|크래시|작동하지|동작하지|여전히|이상해|흰 화면|화면만|안 나와|나오지 않|반응이 없', { coding: 0.6 }, 'debug', 1.2],
  ['원인|조사해', { reasoning: 0.8, coding: 0.3 }, 'debug', 1.2],
  ['구현|개발해|만들어', { coding: 0.8 }, 'implement', 1.4], ['추가해|추가하|넣어|할 수 있게|되도록|지원해|싶어요|싶습', { coding: 0.4 }, 'implement', 1],
  ['코드|함수|클래스|모듈|파일|버튼|메서드|프로그램', { coding: 0.7 }],
  ['리팩터|리팩토|정리해', { coding: 1.2, complexity: 0.12 }, 'refactor', 2.5], ['나눠|나누어|분리해|추출|단순화|이름을 바|동작은 그대로|변경하지 않', { coding: 0.5 }, 'refactor', 1.4],
  ['마이그레이션|이전해', { coding: 0.5, complexity: 0.2, risk: 0.25 }, 'refactor', 0.8],
  ['리뷰|검토|풀 리퀘스트|봐 주|봐주|문제점|지적', { verification: 1.3 }, 'review', 1.5], ['감사해 주', { verification: 1 }, 'review', 1],
  ['테스트|단위 테스트|커버리지', { verification: 1, coding: 0.4 }, 'test', 2],
  ['설명|알려|무엇|뭐예|뭔가|차이|의미|어떻게 동작|어떻게 작동', { reasoning: 0.3 }, 'explain', 1.6], ['왜 |어디서|어디에', { reasoning: 0.2 }, 'explain', 0.8],
  ['아키텍처|설계', { reasoning: 1.2, complexity: 0.2 }, 'architecture', 2], ['비교|장단점|장점|단점|방안|제안해|추천|나을까|좋을까', { reasoning: 0.8 }, 'architecture', 1.1],
  ['문서|설명서|매뉴얼|번역|주석|가이드|안내문|릴리스 노트|공지', { writing: 1.2 }, 'docs', 1.9], ['이해하기 쉽게|요약|다시 써|글을', { writing: 0.8 }, 'docs', 1.2],
  ['데이터베이스|쿼리|테이블', { coding: 0.5 }, 'data', 0.9], ['집계|그래프|데이터셋|평균|매출', { coding: 0.2, reasoning: 0.4 }, 'data', 1.3],
  ['증명|정리를', { reasoning: 1.5, complexity: 0.3 }, 'maths', 2.5], ['방정식|미분|적분|확률|행렬', { reasoning: 1, complexity: 0.1 }, 'maths', 2], ['구하|푸세|풀어|계산해|몇 개|몇 명|얼마', { reasoning: 0.6 }, 'maths', 1.2],
  ['안녕|고마워|고맙|감사합|잘 지내|좋은 아침', { simple: 0.6 }, 'chat', 2.2], ['오타|간단한|사소한', { simple: 0.45 }],
  ['보안|취약점|인젝션', { verification: 1, risk: 0.4 }, 'review', 0.5], ['운영 환경|운영 서버|프로덕션|라이브', { risk: 0.3 }], ['비밀번호|인증|권한|암호|로그인', { verification: 0.3, risk: 0.3 }],
  ['결제|청구|환불', { risk: 0.35 }], ['삭제|지워', { risk: 0.15 }], ['데이터 손실|되돌릴 수 없|개인정보|고객 데이터', { risk: 0.45 }],
];
