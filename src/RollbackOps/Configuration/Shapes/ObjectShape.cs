using System.Text.Json;
using System.Text.Json.Nodes;

namespace RollbackOps.Configuration.Shapes;

/// <summary>An object with known properties, each a property of one settings record.</summary>
internal sealed class ObjectShape(Type record, string description, IReadOnlyList<Setting> settings) : SettingShape
{
    private readonly Lazy<object> _defaults = new(() => Activator.CreateInstance(record, nonPublic: true)!);

    /// <summary>The record's properties of which exactly one must be set; empty for no such demand.</summary>
    public IReadOnlyList<string> ExactlyOne { get; init; } = [];

    /// <summary>
    /// What must hold between the values: gives the setting at fault and the sentence, or null. Judged when every
    /// overlay is in place.
    /// </summary>
    public Func<object, (string Property, string Message)?>? Rule { get; init; }

    public override string Expected => "an object";

    /// <summary>The settings record that it fills.</summary>
    public Type Record => record;

    public string Description => description;

    public IReadOnlyList<Setting> Settings => settings;

    /// <summary>The name of its definition in the schema.</summary>
    public string DefinitionName => Setting.NameOf(record.Name.Replace("Settings", null, StringComparison.Ordinal));

    /// <summary>Whether a part of it may leave out what the whole needs.</summary>
    public bool HasRequired =>
        settings.Any(setting => setting.IsRequired || setting.Shape is ObjectShape { HasRequired: true });

    public Setting? Find(string name) =>
        settings.FirstOrDefault(setting => string.Equals(setting.Name, name, StringComparison.Ordinal));

    public override object? Read(LocatedNode node, string path, SettingReading reading)
    {
        if (!Is(JsonValueKind.Object, node, path, reading))
        {
            return null;
        }

        RefuseUnknown(node, path, reading, settings.Select(setting => setting.Name));
        var result = Activator.CreateInstance(record, nonPublic: true)!;
        foreach (var setting in settings)
        {
            var below = SettingPath.Property(path, setting.Name);
            var value = node.Find(setting.Name)?.Value;
            if (value is null && setting.IsAlways)
            {
                value = LocatedNode.EmptyObject;
            }

            if (value is not null)
            {
                if (setting.Shape.Read(value, below, reading) is { } read && !reading.IsCheck)
                {
                    setting.In(record).SetValue(result, read);
                }
            }
            else if (setting.IsRequired && !reading.IsPartial)
            {
                reading.Faults.Add(path, node, $"lacks '{setting.Name}', {setting.Shape.Expected}");
            }
        }

        RequireExactlyOne(node, path, reading);
        return result;
    }

    /// <summary>Judges the rules between the values of this object and of those below it.</summary>
    public void Judge(object value, LocatedNode? node, string path, SettingReading reading)
    {
        if (Rule?.Invoke(value) is { } broken)
        {
            var name = Setting.NameOf(broken.Property);
            var place = node?.Find(name)?.Value ?? node;
            reading.Faults.Add(SettingPath.Property(path, name), place?.Line, place?.Column, broken.Message);
        }

        foreach (var setting in settings)
        {
            if (setting.Shape is ObjectShape shape && setting.In(record).GetValue(value) is { } child)
            {
                shape.Judge(child, node?.Find(setting.Name)?.Value, SettingPath.Property(path, setting.Name), reading);
            }
        }
    }

    /// <summary>Notes every property whose name is not known, with the name that was most likely meant.</summary>
    public static void RefuseUnknown(
        LocatedNode node, string path, SettingReading reading, IEnumerable<string> known)
    {
        var names = known.ToList();
        foreach (var property in node.Properties.Where(property => !names.Contains(property.Name)))
        {
            var nearest = NearestName.Find(property.Name, names);
            var elsewhere = nearest is null ? SettingTable.PathOf(property.Name) : null;
            reading.Faults.Add(
                SettingPath.Property(path, property.Name),
                property.Line,
                property.Column,
                "unknown property" + (nearest, elsewhere) switch
                {
                    ({ }, _) => $"; did you mean '{nearest}'?",
                    (_, { }) => $"; it belongs at {elsewhere}",
                    _ => $"; known here: {string.Join(", ", names)}",
                });
        }
    }

    public override JsonObject ToSchema(SchemaDefinitions definitions) => definitions.Reference(this);

    /// <summary>The default of one of its settings, as the file would have it; null for none.</summary>
    public JsonNode? DefaultOf(Setting setting) => setting.Shape is ObjectShape
        ? null
        : setting.In(record).GetValue(_defaults.Value) is { } value ? setting.Shape.ToJson(value) : null;

    public override JsonNode? ToJson(object? value)
    {
        if (value is null)
        {
            return null;
        }

        var json = new JsonObject();
        foreach (var setting in settings)
        {
            var property = setting.Shape.ToJson(setting.In(record).GetValue(value));
            var isDefault = JsonNode.DeepEquals(property, DefaultOf(setting));
            if (property is not null && (!isDefault || setting.IsRequired))
            {
                json[setting.Name] = property;
            }
        }

        return json;
    }

    public override void List(
        object? value, LocatedNode? node, string path, Setting setting, ICollection<EffectiveSetting> list)
    {
        if (value is null)
        {
            base.List(value, node, path, setting, list);
            return;
        }

        foreach (var below in settings)
        {
            below.Shape.List(
                below.In(record).GetValue(value),
                node?.Find(below.Name)?.Value,
                SettingPath.Property(path, below.Name),
                below,
                list);
        }
    }

    private void RequireExactlyOne(LocatedNode node, string path, SettingReading reading)
    {
        var names = ExactlyOne.Select(Setting.NameOf).ToList();
        var given = names.Count(name => node.Find(name) is not null);
        if (names.Count > 0 && given != 1)
        {
            reading.Faults.Add(path, node, $"needs exactly one of {string.Join(", ", names)}");
        }
    }
}
