/** A bundle of its own, loaded only where `trace.store` is `redis`. */
export { Redis } from 'ioredis';
