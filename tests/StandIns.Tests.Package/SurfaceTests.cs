using System.Reflection;
using System.Runtime.Loader;
using Azure.Data.Tables;

namespace Serverless.StandIns.Tests;

/// <summary>
/// All that the stand-in shows, the package shows too: same types, members, parameter names and defaults.
/// </summary>
public sealed class SurfaceTests
{
    private const BindingFlags Visible = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly StandIn =
        AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "Azure.Data.Tables.StandIn.dll"));

    public static TheoryData<string> Types { get; } = [.. StandIn.GetExportedTypes().Select(type => type.FullName!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_type_is_the_packages(string name)
    {
        var standIn = StandIn.GetType(name, throwOnError: true)!;
        var package = typeof(TableClient).Assembly.GetType(name);

        Assert.NotNull(package);
        Assert.Equal(Describe(package.BaseType), Describe(standIn.BaseType));
        Assert.Equal((package.IsSealed, package.IsAbstract, package.IsEnum), (standIn.IsSealed, standIn.IsAbstract, standIn.IsEnum));
        Assert.Empty(standIn.GetInterfaces().Select(Describe).Except(package.GetInterfaces().Select(Describe)));
        Assert.Empty(Members(standIn).Except(Members(package)));
    }

    private static IEnumerable<string> Members(Type type) =>
        from member in type.GetMembers(Visible)
        let description = member switch
        {
            MethodBase { IsPublic: true } or MethodBase { IsFamily: true } => Describe((MethodBase)member),
            FieldInfo { IsPublic: true } field => $"{Describe(field.FieldType)} {field.Name} = {(field.IsLiteral ? field.GetRawConstantValue() : "")}",
            _ => null,
        }
        where description is not null
        select description;

    private static string Describe(MethodBase method) =>
        $"{(method.IsStatic ? "static " : "")}{(method is { IsVirtual: true, IsFinal: false } ? "virtual " : "")}{(method.IsFamily ? "protected " : "")}"
        + $"{Describe((method as MethodInfo)?.ReturnType)} {method.Name}"
        + (method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(DescribeConstraints))}>" : "")
        + $"({string.Join(", ", method.GetParameters().Select(Describe))})";

    private static string Describe(ParameterInfo parameter) =>
        $"{Describe(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "default"}" : "")}";

    private static string DescribeConstraints(Type parameter) =>
        $"{parameter.Name}: {parameter.GenericParameterAttributes} {string.Join(", ", parameter.GetGenericParameterConstraints().Select(Describe))}";

    // Without the assembly: the two differ in that, and should.
    private static string Describe(Type? type) => type?.ToString() ?? "";
}
