using System.Globalization;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>
/// What a dotted path such as <c>health.checks[0].headers.Accept</c> leads to. Names may be written in any case, as
/// parameters are.
/// </summary>
internal sealed record SettingAddress
{
    private SettingAddress(string path, IReadOnlyList<(string Name, int? Index)> steps, SettingShape shape)
    {
        Path = path;
        Steps = steps;
        Shape = shape;
    }

    /// <summary>The path as the file would spell it.</summary>
    public string Path { get; }

    /// <summary>The steps down: a property's name, or an item's index.</summary>
    public IReadOnlyList<(string Name, int? Index)> Steps { get; }

    /// <summary>The shape of the value, or of the map that <see cref="NameInMap"/> belongs to.</summary>
    public SettingShape Shape { get; }

    /// <summary>The name in a map of names that users choose, with the map's path; or null.</summary>
    public (string Name, string Map)? NameInMap { get; private init; }

    /// <summary>Resolves a path; null when it leads nowhere, and the fault is noted.</summary>
    public static SettingAddress? Resolve(string path, ConfigurationFaults faults)
    {
        SettingShape shape = SettingTable.Root;
        var steps = new List<(string Name, int? Index)>();
        var shown = string.Empty;
        string? rest = path;
        while (rest is not null)
        {
            if (shape is MapShape)
            {
                // Whatever follows is the name in the map: header names and JSON paths may hold dots.
                return new SettingAddress(SettingPath.Property(shown, rest), [.. steps, (rest, null)], shape)
                {
                    NameInMap = (rest, shown),
                };
            }

            var end = rest.IndexOfAny(['.', '[']);
            var name = end < 0 ? rest : rest[..end];
            rest = end < 0 ? null : rest[end..];
            if (Setting(shape, name, shown, faults) is not { } setting)
            {
                return null;
            }

            shape = setting.Shape;
            shown = SettingPath.Property(shown, setting.Name);
            steps.Add((setting.Name, null));
            if (rest is not null && rest[0] == '[' && shape is IObjectListShape { IsOfObjects: true } list
                && Index(rest) is { } index)
            {
                shape = list.ShapeOf(index);
                shown = SettingPath.Item(shown, index);
                steps.Add((string.Empty, index));
                rest = rest[(rest.IndexOf(']', StringComparison.Ordinal) + 1)..];
                rest = rest.Length == 0 ? null : rest;
            }

            if (rest is not null && rest[0] != '.')
            {
                Fault(faults, shown, $"'{rest}' names no part of it");
                return null;
            }

            rest = rest?[1..];
        }

        return new SettingAddress(shown, steps, shape);
    }

    private static Setting? Setting(SettingShape shape, string name, string shown, ConfigurationFaults faults)
    {
        var below = SettingPath.Property(shown, name);
        if (shape is not ObjectShape parent)
        {
            Fault(faults, below, $"unknown setting; {shown} has no parts");
            return null;
        }

        var setting = parent.Settings.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (setting is null)
        {
            var nearest = NearestName.Find(name, parent.Settings.Select(one => one.Name));
            var meant = nearest is null ? SettingTable.PathOf(name) : SettingPath.Property(shown, nearest);
            Fault(faults, below, meant is null
                ? $"unknown setting; known here: {string.Join(", ", parent.Settings.Select(one => one.Name))}"
                : $"unknown setting; did you mean '{meant}'?");
        }
        else if (setting.Property == nameof(RollbackSettings.Environment))
        {
            Fault(faults, below, "is chosen with -Environment");
            return null;
        }

        return setting;
    }

    private static int? Index(string rest)
    {
        var close = rest.IndexOf(']', StringComparison.Ordinal);
        return close > 0
            && int.TryParse(rest.AsSpan(1, close - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
    }

    private static void Fault(ConfigurationFaults faults, string path, string message) =>
        faults.Add(path, line: null, column: null, message);
}
