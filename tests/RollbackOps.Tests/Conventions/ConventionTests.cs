using System.Reflection;
using RollbackOps.Deployments;

namespace RollbackOps.Tests.Conventions;

/// <summary>What the engine promises of its shape.</summary>
public sealed class ConventionTests
{
    private static readonly Assembly s_engine = typeof(RollbackContext).Assembly;

    private static readonly IReadOnlyList<Type> s_domain =
    [
        .. s_engine.GetExportedTypes().Where(type =>
            type is { IsEnum: false, IsInterface: false } && !(type.IsAbstract && type.IsSealed)
            && !typeof(Exception).IsAssignableFrom(type) && !typeof(Delegate).IsAssignableFrom(type)),
    ];

    [Fact]
    public void Engine_References_NothingButTheBaseClassLibrary()
    {
        var shared = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        Assert.All(s_engine.GetReferencedAssemblies(), reference =>
            Assert.True(File.Exists(Path.Combine(shared, reference.Name + ".dll")), $"{reference.Name} is no part of it"));
    }

    [Fact]
    public void DomainTypes_Exist()
    {
        Assert.Contains(typeof(Deployment), s_domain);
        Assert.True(s_domain.Count > 20);
    }

    // PowerShell would coerce a piped string or hashtable into the type.
    [Fact]
    public void DomainTypes_Constructors_CannotBeUsedForCoercion() => AssertNone(s_domain.SelectMany(type =>
        type.GetConstructors().Where(constructor => constructor.GetParameters().Length < 2)));

    [Fact]
    public void DomainTypes_Parse_IsNotThere() => AssertNone(s_domain.SelectMany(type =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.Name is "Parse" or "TryParse" or "Create" && method.ReturnType == type
                && method.GetParameters().Length == 1)));

    [Fact]
    public void DomainTypes_ConversionOperators_AreNotThere() => AssertNone(s_domain.SelectMany(type =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.Name is "op_Implicit" or "op_Explicit")));

    [Fact]
    public void DomainTypes_AreSealed() => AssertNone(s_domain.Where(type => type is { IsSealed: false, IsAbstract: false }));

    private static void AssertNone(IEnumerable<MemberInfo> members) =>
        Assert.Empty(members.Select(member => $"{member.DeclaringType?.FullName} {member}"));
}
