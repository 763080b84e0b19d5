using Iot.Fuzz;

EdgeMap.Allocate(); // instrumented code counts from its first instruction on
switch (args)
{
    case ["list"]:
        foreach (var target in FuzzTarget.All) Console.WriteLine(target.Name);
        return 0;
    case ["run", var name]:
        AflRun.Run(FuzzTarget.Named(name));
        return 0;
    case ["replay", var name, .. var paths]:
        return Inputs.Replay(FuzzTarget.Named(name), paths);
    case ["seeds", var name, var directory]:
        Inputs.Write(directory, FuzzTarget.Named(name).Seeds);
        return 0;
    case ["unpack", var corpus, var directory]:
        Inputs.Write(directory, CorpusFile.Read(corpus));
        return 0;
    case ["minimise", var name, var from, var corpus]:
        Console.WriteLine(Minimiser.Minimise(FuzzTarget.Named(name), from, corpus));
        return 0;
    case ["edges", var name, var path]:
        Console.WriteLine(Minimiser.EdgesOf(FuzzTarget.Named(name), path));
        return 0;
    case ["instrument", .. var assemblies]:
        foreach (var assembly in assemblies) AflRun.Instrument(assembly);
        return 0;
    default:
        Console.Error.WriteLine("""
            Iot.Fuzz list                           names of the targets
            Iot.Fuzz run TARGET                     under afl-fuzz, with instrumented assemblies; see tests/fuzz.sh
            Iot.Fuzz replay TARGET PATH...          runs files, or all files of directories, and says what each breaks
            Iot.Fuzz seeds TARGET DIRECTORY         writes the inputs to start from
            Iot.Fuzz unpack CORPUS DIRECTORY        writes the inputs kept
            Iot.Fuzz minimise TARGET FROM CORPUS    keeps the smallest files that together reach all that those of FROM reach
            Iot.Fuzz edges TARGET PATH              counts the edges that files reach
            Iot.Fuzz instrument ASSEMBLY...         puts counters into assemblies, in place
            """);
        return 2;
}
