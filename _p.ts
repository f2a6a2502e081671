import { someAlerts } from './test/helpers/alerts.ts';
import { addAccount, aService } from './test/helpers/review.ts';
const s = await aService(someAlerts(10000));
const a = await addAccount(s.accounts,'o',['security-officer']);
const c = await s.signIn(s.deps,a.accountId);
for (let i=0;i<30;i++) await c.get('/alerts?limit=50');
let u=process.cpuUsage(), t=performance.now();
for (let i=0;i<100;i++) await c.get('/alerts?limit=50');
const d=process.cpuUsage(u); console.log('cpu ms/request',(d.user+d.system)/1e5,'wall',(performance.now()-t)/100);
