import VisionCommands

VisionProgram.main()
