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
</tileset>
