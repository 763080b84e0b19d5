#!/usr/bin/python3
"""slave.py tcp PORT | slave.py rtu SERIAL_PORT - real Modbus slaves 1 and 2 (Debian's python3-pymodbus); other units stay silent.

Unit 1: input registers 0.. hold an energy meter's floats; holding registers have holes, and refuse reads across them. Unit 2 answers 42.
"""
import asyncio
import logging
import struct
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartAsyncSerialServer, StartAsyncTcpServer
from pymodbus.transaction import ModbusRtuFramer

floats = [230.5, 5.25, 1207.0625]
meter = list(struct.unpack(">6H", struct.pack(">3f", *floats)))
energy = list(struct.unpack(">4H", struct.pack(">Q", 1234567890123)))
holding = {0: 215, 1: 0xFF85, 2: 0x8000, 10: 0x5678, 11: 0x1234, 12: 0b1010, 20: 0x5044, 21: 0x4D31, 22: 0x3200}
one = ModbusSlaveContext(
    ir=ModbusSequentialDataBlock(0, meter + energy),
    hr=ModbusSparseDataBlock(holding),
    co=ModbusSequentialDataBlock(0, [1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1]),
    di=ModbusSequentialDataBlock(0, [0, 1]),
    zero_mode=True,
)
two = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, [42] * 10), zero_mode=True)
context = ModbusServerContext(slaves={1: one, 2: two}, single=False)

logging.getLogger("pymodbus.framer").setLevel(logging.DEBUG)  # says when it has put aside what was for another unit


async def serve():
    if sys.argv[1] == "tcp":
        server = await StartAsyncTcpServer(context=context, address=("127.0.0.1", int(sys.argv[2])), ignore_missing_slaves=True, defer_start=True)
    else:
        server = await StartAsyncSerialServer(
            context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=19200, timeout=0.05, ignore_missing_slaves=True, defer_start=True
        )
        await server.start()
    print("serving", flush=True)
    await server.serve_forever()


asyncio.run(serve())
