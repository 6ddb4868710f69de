using System.Reflection;
using RollbackOps.Configuration;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Drills;

/// <summary>The scenarios that come with the module, and a team's own from a folder.</summary>
internal static class DrillScenarios
{
    private const string Prefix = "RollbackOps.Drills.Scenarios.";

    private static readonly string[] s_names = ["ServiceOutage", "HighErrorRate", "DataCorruption", "PerformanceDegradation"];

    private static readonly Lazy<IReadOnlyList<DrillScenario>> s_builtIn = new(() => [.. s_names.Select(ReadBuiltIn)]);

    /// <summary>The names of those that come with the module.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The written procedure's four.</summary>
    public static IReadOnlyList<DrillScenario> BuiltIn => s_builtIn.Value;

    /// <summary>The scenarios of a folder: every <c>*.json</c> in it, by name.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ScenarioNotFound"/>; <see cref="ErrorId.ConfigurationInvalid"/>, with path and line.</exception>
    public static IReadOnlyList<DrillScenario> ReadFolder(string folder)
    {
        List<string> files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RollbackOpsException(ErrorId.ScenarioNotFound,
                $"The folder of scenarios '{folder}' cannot be read: {failure.Message}", "Name a folder that holds scenario files (*.json).", folder, failure);
        }

        if (files.Count == 0)
        {
            throw new RollbackOpsException(ErrorId.ScenarioNotFound,
                $"The folder '{folder}' holds no scenario: no file '*.json' lies in it.", "Name a folder that holds scenario files (*.json).", folder);
        }

        var scenarios = files.Select(file => Read(ConfigurationLocator.ReadFile(file), file)).ToList();
        if (scenarios.GroupBy(one => one.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new RollbackOpsException(ErrorId.ConfigurationInvalid,
                $"Two files name the scenario '{twice.Key}': {string.Join(" and ", twice.Select(one => one.File))}.", "Give each a name of its own.", twice.Key);
        }

        return scenarios;
    }

    /// <summary>The scenarios that are named, in that order.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ScenarioNotFound"/>.</exception>
    public static IReadOnlyList<DrillScenario> Choose(IReadOnlyList<DrillScenario> known, IEnumerable<string> names) =>
    [
        .. names.Select(name => known.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.OrdinalIgnoreCase)) ?? throw Unknown(known, name)),
    ];

    /// <summary>Reads a scenario as strictly as a configuration.</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.ConfigurationInvalid"/>: everything that is wrong, with path and line.</exception>
    internal static DrillScenario Read(byte[] json, string file)
    {
        var faults = new ConfigurationFaults();
        var root = LocatedJson.Read(json, faults, out var cause);
        faults.ThrowIfAny(file, unreadable: root is null, cause);
        var folder = Path.GetDirectoryName(file) ?? string.Empty;
        var reading = new SettingReading { Faults = faults, BaseFolder = folder, StartFolder = folder };
        var scenario = (DrillScenario?)ScenarioTable.Scenario.Read(root!, string.Empty, reading);
        faults.ThrowIfAny(file);
        ScenarioTable.Scenario.Judge(scenario!, root, string.Empty, reading);
        faults.ThrowIfAny(file);
        return scenario! with { File = file };
    }

    private static DrillScenario ReadBuiltIn(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{name}.json")
            ?? throw new InvalidOperationException($"The scenario {name} is missing.");
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return Read(buffer.ToArray(), $"{name}.json") with { File = null };
    }

    private static RollbackOpsException Unknown(IReadOnlyList<DrillScenario> known, string name)
    {
        var nearest = NearestName.Find(name, known.Select(one => one.Name));
        return new RollbackOpsException(ErrorId.ScenarioNotFound,
            $"There is no scenario '{Inert.Line(name)}'{(nearest is null ? "." : $"; did you mean '{nearest}'?")}",
            $"Choose one of: {string.Join(", ", known.Select(one => one.Name))}.", name);
    }
}
