using System.Text.Json;
using RollbackOps.Configuration.Shapes;

namespace RollbackOps.Configuration;

/// <summary>Settings given by parameter: dotted paths, each with a value, held against the same table as the file.</summary>
internal sealed class SettingOverrides
{
    private readonly List<(SettingAddress Address, LocatedNode Value)> _overrides = [];
    private readonly SettingReading _reading;

    /// <summary>Takes the settings given and notes every fault of theirs.</summary>
    public SettingOverrides(IReadOnlyDictionary<string, object?> given, SettingReading reading)
    {
        _reading = reading;
        var values = new ParameterValue(reading.Faults);
        // What holds others comes first, so that the order of a dictionary never matters.
        foreach (var (path, value) in given.OrderBy(one => one.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (SettingAddress.Resolve(path, reading.Faults) is not { } address)
            {
                continue;
            }

            if (_overrides.Exists(one => one.Address.Path == address.Path))
            {
                Fault(address.Path, "given twice");
                continue;
            }

            var node = values.ToNode(value, address.Path);
            Check(address, node);
            _overrides.Add((address, node));
        }
    }

    /// <summary>The settings with every override in place.</summary>
    public LocatedNode ApplyTo(LocatedNode settings) =>
        _overrides.Aggregate(settings, (tree, one) => Put(tree, one.Address, one.Value, step: 0));

    private void Check(SettingAddress address, LocatedNode node)
    {
        if (address.NameInMap is not { } inMap)
        {
            address.Shape.Read(node, address.Path, _reading);
            return;
        }

        var map = LocatedNode.EmptyObject.With([new LocatedProperty(inMap.Name, node, Line: null, Column: null)]);
        address.Shape.Read(map, inMap.Map, _reading);
    }

    private LocatedNode Put(LocatedNode tree, SettingAddress address, LocatedNode value, int step)
    {
        if (step == address.Steps.Count)
        {
            return tree.Source == SettingSource.Default && tree.Properties.Count == 0 ? value : tree.Under(value);
        }

        var (name, index) = address.Steps[step];
        if (index is { } i)
        {
            if (i < tree.Items.Count)
            {
                return tree.With(i, Put(tree.Items[i], address, value, step + 1));
            }

            Fault(address.Path, tree.Items.Count == 0
                ? "there is no list in the configuration to change; give it as a whole"
                : $"the list in the configuration ends at [{tree.Items.Count - 1}]");
            return tree;
        }

        var old = tree.Find(name);
        if (old is null && step == address.Steps.Count - 1 && address.Shape is MapShape { IgnoresCase: true })
        {
            old = tree.Properties.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        }

        var isList = step + 1 < address.Steps.Count && address.Steps[step + 1].Index is not null;
        var below = old?.Value ?? (isList
            ? new LocatedNode { Kind = JsonValueKind.Array, Source = SettingSource.Default }
            : LocatedNode.EmptyObject);
        var put = new LocatedProperty(old?.Name ?? name, Put(below, address, value, step + 1), old?.Line, old?.Column);
        return tree.With(old is null
            ? [.. tree.Properties, put]
            : [.. tree.Properties.Select(property => property == old ? put : property)]);
    }

    private void Fault(string path, string message) => _reading.Faults.Add(path, line: null, column: null, message);
}
