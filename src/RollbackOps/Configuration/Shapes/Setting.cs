using System.Reflection;

namespace RollbackOps.Configuration.Shapes;

/// <summary>
/// One row of the table of settings. Its name is its property's, its default what a new settings record holds.
/// </summary>
/// <param name="Property">The name of the record's property.</param>
/// <param name="Shape">What values it may have.</param>
/// <param name="Description">What it is, in a sentence.</param>
/// <param name="Reference">The document or rule that its default comes from, or null.</param>
internal sealed record Setting(string Property, SettingShape Shape, string Description, string? Reference = null)
{
    /// <summary>Whether the object it belongs to makes no sense without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is a section that is always there, with its defaults, even when the file leaves it out.</summary>
    public bool IsAlways { get; init; }

    /// <summary>The default in words, where it depends on the place; null where the record holds it.</summary>
    public string? DefaultInWords { get; init; }

    /// <summary>The property's name in the file.</summary>
    public string Name { get; } = NameOf(Property);

    /// <summary>What it is, with the source of its default.</summary>
    public string Explanation => Reference is null ? Description : $"{Description.TrimEnd('.')} ({Reference}).";

    /// <summary>A property's name as the file writes it.</summary>
    public static string NameOf(string property) => char.ToLowerInvariant(property[0]) + property[1..];

    public PropertyInfo In(Type record) =>
        record.GetProperty(Property) ?? throw new MissingMemberException(record.Name, Property);
}
