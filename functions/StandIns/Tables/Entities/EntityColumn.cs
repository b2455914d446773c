using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.Serialization;

namespace Azure.Data.Tables;

/// <summary>A property or field of a class that is a column of its rows.</summary>
internal sealed class EntityColumn
{
    private const BindingFlags PublicInstance = BindingFlags.Public | BindingFlags.Instance;

    private static readonly ConcurrentDictionary<Type, IReadOnlyList<EntityColumn>> Cache = new();

    private readonly Func<object, object> _get;
    private readonly Action<object, object> _set;

    private EntityColumn(MemberInfo member, Type type, Func<object, object> get, Action<object, object> set)
    {
        Name = member.GetCustomAttribute<DataMemberAttribute>()?.Name ?? member.Name;
        ValueType = type;
        _get = get;
        _set = set;
    }

    /// <summary>The member's name, or the one that [DataMember] gives it.</summary>
    public string Name { get; }

    /// <summary>Declared type.</summary>
    public Type ValueType { get; }

    /// <summary>False: written to the table, but not read from it.</summary>
    public bool CanSet => _set is not null;

    /// <summary>The columns of a class, without those that every row has.</summary>
    public static IReadOnlyList<EntityColumn> Of(Type type) => Cache.GetOrAdd(type, Find);

    public object Get(object entity) => _get(entity);

    public void Set(object entity, object value) => _set(entity, value);

    private static IReadOnlyList<EntityColumn> Find(Type type)
    {
        var properties =
            from property in type.GetProperties(PublicInstance)
            where property.GetMethod is { IsPublic: true } && property.GetIndexParameters().Length == 0
            where IsColumn(property)
            select new EntityColumn(
                property,
                property.PropertyType,
                property.GetValue,
                property.SetMethod is { IsPublic: true } ? property.SetValue : null);
        var fields =
            from field in type.GetFields(PublicInstance)
            where IsColumn(field)
            select new EntityColumn(field, field.FieldType, field.GetValue, field.IsInitOnly ? null : field.SetValue);
        return [.. properties, .. fields];
    }

    private static bool IsColumn(MemberInfo member) =>
        member.Name is not (nameof(ITableEntity.PartitionKey) or nameof(ITableEntity.RowKey)
            or nameof(ITableEntity.Timestamp) or nameof(ITableEntity.ETag))
        && !member.IsDefined(typeof(IgnoreDataMemberAttribute));
}
