/**
 * The script inside the microscope: it turns the pages of the flip book (frames.ts).
 *
 * It is kept as text because it runs in the reader's browser, not here: no types, no imports, nothing newer than what every
 * browser of the last years knows. It writes program data with `textContent` only; the SVG pieces it puts in were escaped
 * when they were made.
 */
export const microscopeScript = `function(root,book){
var find=function(name){return root.getElementsByClassName(name)[0]};
var bar=find("bar"),slider=root.getElementsByTagName("input")[0],layer=find("layer");
var say=find("say-now"),call=find("call"),at=find("at"),n=book.f.length,now=-1,shown={},state=[];
for(var i=0,s={};i<n;i++){
var copy={};for(var k in s)copy[k]=s[k];
book.f[i].c.forEach(function(c){if(c[1]<0)delete copy[c[0]];else copy[c[0]]=[c[1],c.length>2?c[2]:s[c[0]][1],c.length>2?c[3]:s[c[0]][2]]});
state.push(s=copy)}
while(layer.firstChild)layer.removeChild(layer.firstChild);
function draw(i){
var want=state[i],lit={},k;
book.f[i].c.forEach(function(c){lit[c[0]]=true});
for(k in shown)if(!want[k]){layer.removeChild(shown[k].g);delete shown[k]}
for(k in want){
var w=want[k],old=shown[k],g=old&&old.g;
if(!g){g=document.createElementNS("http://www.w3.org/2000/svg","g");layer.appendChild(g)}
if(!old||old.w[0]!==w[0])g.innerHTML=book.p[w[0]];
if(!old||old.w[1]!==w[1]||old.w[2]!==w[2])g.setAttribute("transform","translate("+w[1]+" "+w[2]+")");
g.setAttribute("class",lit[k]&&i>0?"chg":"");
shown[k]={g:g,w:w}}
}
function next(kind,from,step){for(var i=from+step;i>=0&&i<n;i+=step)if(!kind||book.f[i].k===kind)return i;return -1}
var buttons=[].slice.call(root.getElementsByTagName("button"));
function go(i){
if(i<0||i>=n)return;
now=i;draw(i);
slider.value=i+1;slider.setAttribute("aria-valuetext",book.f[i].s);
say.textContent=book.f[i].s;call.textContent=book.f[i].r;
at.textContent="event "+(i+1)+" of "+n+" · time "+book.f[i].t;
buttons.forEach(function(b){b.disabled=next(b.getAttribute("data-kind"),now,+b.getAttribute("data-step"))<0});
}
slider.addEventListener("input",function(){go(slider.value-1)});
buttons.forEach(function(b){b.addEventListener("click",function(){go(next(b.getAttribute("data-kind"),now,+b.getAttribute("data-step")))})});
bar.hidden=false;go(book.a);
}`.replace(/\n/g, "");
