<?xml version="1.0" encoding="UTF-8"?>
<tileset version="1.10" tiledversion="1.10.2" name="terrain" tilewidth="16" tileheight="16" tilecount="12" columns="12">
 <image source="terrain.png" width="192" height="16"/>
 <tile id="0" type="grass"/>
 <tile id="1" type="path"/>
 <tile id="2" type="paving"/>
 <tile id="3" type="sand"/>
 <tile id="4" type="water"/>
 <tile id="5" type="floor"/>
 <tile id="6" type="wall"/>
 <tile id="7" type="boardwalk"/>
 <tile id="8" type="bridge"/>
 <tile id="9" type="rail"/>
 <tile id="10" type="tatami"/>
 <tile id="11" type="road"/>
 <wangsets>
  <wangset name="terrain" type="corner" tile="-1">
   <wangcolor name="grass" color="#74BF5C" tile="0" probability="1"/>
   <wangcolor name="path" color="#DDBB86" tile="1" probability="1"/>
   <wangcolor name="paving" color="#D0C4B5" tile="2" probability="1"/>
   <wangcolor name="sand" color="#EBCF9C" tile="3" probability="1"/>
   <wangcolor name="water" color="#489BD3" tile="4" probability="1"/>
   <wangcolor name="floor" color="#DBA868" tile="5" probability="1"/>
   <wangcolor name="wall" color="#2B2345" tile="6" probability="1"/>
   <wangcolor name="boardwalk" color="#B98250" tile="7" probability="1"/>
   <wangcolor name="bridge" color="#D6452F" tile="8" probability="1"/>
   <wangcolor name="rail" color="#808497" tile="9" probability="1"/>
   <wangcolor name="tatami" color="#8FD067" tile="10" probability="1"/>
   <wangcolor name="road" color="#63657C" tile="11" probability="1"/>
   <wangtile tileid="0" wangid="0,1,0,1,0,1,0,1"/>
   <wangtile tileid="1" wangid="0,2,0,2,0,2,0,2"/>
   <wangtile tileid="2" wangid="0,3,0,3,0,3,0,3"/>
   <wangtile tileid="3" wangid="0,4,0,4,0,4,0,4"/>
   <wangtile tileid="4" wangid="0,5,0,5,0,5,0,5"/>
   <wangtile tileid="5" wangid="0,6,0,6,0,6,0,6"/>
   <wangtile tileid="6" wangid="0,7,0,7,0,7,0,7"/>
   <wangtile tileid="7" wangid="0,8,0,8,0,8,0,8"/>
   <wangtile tileid="8" wangid="0,9,0,9,0,9,0,9"/>
   <wangtile tileid="9" wangid="0,10,0,10,0,10,0,10"/>
   <wangtile tileid="10" wangid="0,11,0,11,0,11,0,11"/>
   <wangtile tileid="11" wangid="0,12,0,12,0,12,0,12"/>
  </wangset>
 </wangsets>
</tileset>
