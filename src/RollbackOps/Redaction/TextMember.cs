using System.Reflection;

namespace RollbackOps.Redaction;

/// <summary>
/// A member of a record that may hold a text. It is read through a delegate: what reflection makes of a getter at its second
/// call takes longer than all the rest.
/// </summary>
internal abstract class TextMember(PropertyInfo property)
{
    /// <summary>The member.</summary>
    public PropertyInfo Property => property;

    /// <summary>Its value in a record.</summary>
    public abstract object? Read(object record);

    /// <summary>A member as one that can be read; both types are classes.</summary>
    public static TextMember Of(PropertyInfo property) => (TextMember)Activator.CreateInstance(
        typeof(TextMember<,>).MakeGenericType(property.DeclaringType!, property.PropertyType), property)!;
}

/// <inheritdoc />
internal sealed class TextMember<TRecord, TValue>(PropertyInfo property) : TextMember(property)
    where TRecord : class
    where TValue : class
{
    private readonly Func<TRecord, TValue?> _read = property.GetMethod!.CreateDelegate<Func<TRecord, TValue?>>();

    public override object? Read(object record) => _read((TRecord)record);
}
